import { isObject } from '../../schema/json.ts';
import type { AdmissionRequest } from '../chain.ts';
import type { CheckedPod } from './check.ts';

/** Where the kinds that make pods keep their template. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  '/podtemplates': ['template'],
  '/replicationcontrollers': ['spec', 'template'],
  'apps/replicasets': ['spec', 'template'],
  'apps/deployments': ['spec', 'template'],
  'apps/statefulsets': ['spec', 'template'],
  'apps/daemonsets': ['spec', 'template'],
  'batch/jobs': ['spec', 'template'],
  'batch/cronjobs': ['spec', 'jobTemplate', 'spec', 'template'],
};

/** The template of the object that is written, if its kind has one. */
export const templateIn = ({ resource, object }: AdmissionRequest): CheckedPod | undefined => {
  const { group, resource: plural } = resource.definition;
  const path = TEMPLATES[`${group}/${plural}`];
  if (path === undefined) return undefined;
  const found = path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), object);
  if (!isObject(found) || !isObject(found.spec)) return undefined;
  return { metadata: isObject(found.metadata) ? found.metadata : {}, spec: found.spec };
};
