import {
  type Controller,
  type ObjectName,
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  persistentVolumes,
  startController,
  storageClasses,
  watch,
} from '@fairlead/kube';
import type { StartOptions } from '../start.ts';
import { Told } from '../told.ts';
import { reconcileClaim } from './claim.ts';
import { reconcileVolume } from './volume.ts';

/** Two sides of one work: claims look for volumes, volumes look after their claims. */
export const startVolumeBinder = (options: StartOptions): readonly Controller[] => [
  startClaims(options),
  startVolumes(options),
];

const speaker = 'persistentvolume-controller';

function startClaims({ cache, recorder, onPass }: StartOptions): Controller {
  const told = new Told();
  const claims = cache.informer(persistentVolumeClaims);
  /** A free volume may be what any open claim waits for. */
  const waiting = (): readonly ObjectName[] =>
    claims
      .list()
      .filter(({ status }) => status?.phase !== 'Bound')
      .map(({ metadata }) => metadata);
  const claimsOf = ({ spec: { claimRef } }: PersistentVolume): readonly ObjectName[] =>
    claimRef?.name === undefined
      ? waiting()
      : [{ namespace: claimRef.namespace, name: claimRef.name }, ...waiting()];
  return startController({
    name: 'persistentvolume-binder',
    cache,
    ...(onPass && { onPass }),
    for: persistentVolumeClaims,
    watches: [
      watch({ kind: persistentVolumes, map: claimsOf }),
      watch({ kind: storageClasses, map: waiting }),
    ],
    reconcile: (name, context) => reconcileClaim(name, { ...context, told, recorder: recorder(speaker) }),
  });
}

function startVolumes({ cache, recorder, onPass }: StartOptions): Controller {
  const volumes = cache.informer(persistentVolumes);
  const volumesOf = ({ metadata, spec }: PersistentVolumeClaim): readonly ObjectName[] =>
    volumes
      .list()
      .filter(({ spec: { claimRef }, ...volume }) => {
        const isKept = claimRef?.name === metadata.name && claimRef.namespace === metadata.namespace;
        return isKept || volume.metadata.name === spec.volumeName;
      })
      .map((volume) => volume.metadata);
  return startController({
    name: 'persistentvolume-reclaimer',
    cache,
    ...(onPass && { onPass }),
    for: persistentVolumes,
    watches: [watch({ kind: persistentVolumeClaims, map: volumesOf })],
    reconcile: (name, context) => reconcileVolume(name, { ...context, recorder: recorder(speaker) }),
  });
}
