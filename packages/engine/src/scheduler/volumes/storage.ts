import { type Cache, persistentVolumeClaims, persistentVolumes, storageClasses } from '@fairlead/kube';
import type { Storage } from './check.ts';

export const storageKinds = [persistentVolumeClaims, persistentVolumes, storageClasses] as const;

export const storageIn = (cache: Cache): Storage => ({
  claim: (namespace, name) => cache.informer(persistentVolumeClaims).get({ namespace, name }),
  volume: (name) => cache.informer(persistentVolumes).get({ name }),
  volumes: () => cache.informer(persistentVolumes).list(),
  storageClass: (name) => cache.informer(storageClasses).get({ name }),
});
