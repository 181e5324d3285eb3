import type { KubeObject } from '@fairlead/kube';
import type { Admission } from './chain.ts';

/** Kinds that are held while somebody uses them; a controller lets them go. */
const FINALIZERS: Readonly<Record<string, string>> = {
  '/persistentvolumes': 'kubernetes.io/pv-protection',
  '/persistentvolumeclaims': 'kubernetes.io/pvc-protection',
  'storage.k8s.io/volumeattributesclasses': 'kubernetes.io/vac-protection',
};

/** Storage is not taken away from under those who use it. */
export const storageProtection: Admission = {
  name: 'StorageObjectInUseProtection',
  admit({ operation, resource, subresource, object }): KubeObject {
    const { group, resource: plural } = resource.definition;
    const finalizer = FINALIZERS[`${group}/${plural}`];
    if (finalizer === undefined || operation !== 'CREATE' || subresource !== '') return object;
    const { finalizers = [] } = object.metadata;
    if (finalizers.includes(finalizer)) return object;
    return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } };
  },
};
