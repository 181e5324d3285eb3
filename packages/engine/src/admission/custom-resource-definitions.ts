import type { Clock, KubeObject } from '@fairlead/kube';
import { timestamp } from '../http/metadata.ts';
import type { Crd } from '../resources/crd/definition.ts';
import { statusOf } from '../resources/crd/status.ts';
import type { Registry } from '../resources/registry.ts';
import { isObject } from '../schema/json.ts';
import type { Admission } from './chain.ts';

/**
 * Says at once whether a definition's names are free, so that a client need not wait for it: what can be
 * decided from the kinds that are known is decided in the write itself.
 */
export const customResourceDefinitions = (registry: Registry, clock: Clock): Admission => ({
  name: 'CustomResourceDefinitions',
  admit({ operation, resource, object, subresource }) {
    const { group, resource: plural } = resource.definition;
    if (group !== 'apiextensions.k8s.io' || plural !== 'customresourcedefinitions') return object;
    if (operation === 'DELETE' || subresource !== '' || !isReadable(object)) return object;
    const crd = object as Crd;
    return { ...crd, status: statusOf(crd, { registry, now: timestamp(clock.now()) }) } as KubeObject;
  },
});

/** Validation comes later, and says what is missing. */
const isReadable = (object: KubeObject): boolean => {
  const { spec } = object as { spec?: unknown } & KubeObject;
  return (
    isObject(spec) &&
    isObject(spec.names) &&
    typeof spec.names.kind === 'string' &&
    Array.isArray(spec.versions)
  );
};
