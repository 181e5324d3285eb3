import type { KubeObject } from '@fairlead/kube';
import { isObject } from '../schema/json.ts';
import type { Call } from './api.ts';
import { badRequest } from './errors.ts';

/** The only container, or the one that is named; otherwise the choice is the client's. */
export const containerOf = ({ query, path }: Call, pod: KubeObject): string => {
  const containers = containerNames(pod, 'containers');
  const fields = ['initContainers', 'containers', 'ephemeralContainers'];
  const known = fields.flatMap((field) => containerNames(pod, field));
  const asked = query.get('container') ?? '';
  if (asked === '' && containers.length === 1) return containers[0] ?? '';
  if (asked === '') {
    const choice = `choose one of: [${known.join(' ')}]`;
    throw badRequest(`a container name must be specified for pod ${path.name}, ${choice}`);
  }
  if (known.includes(asked)) return asked;
  throw badRequest(`container ${asked} is not valid for pod ${path.name}`);
};

/** Where the pod runs. */
export const nodeNameOf = ({ path }: Call, pod: KubeObject): string => {
  const { nodeName } = specOf(pod);
  if (typeof nodeName === 'string' && nodeName !== '') return nodeName;
  throw badRequest(`pod ${path.name} does not have a host assigned`);
};

const specOf = (pod: KubeObject): Readonly<Record<string, unknown>> => {
  const { spec } = pod as KubeObject & { spec?: unknown };
  return isObject(spec) ? spec : {};
};

const containerNames = (pod: KubeObject, field: string): string[] => {
  const containers = specOf(pod)[field];
  return Array.isArray(containers) ? containers.map((one) => String((one as { name?: unknown }).name)) : [];
};
