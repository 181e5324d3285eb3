import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '@fairlead/kube';
import { findVolume, isReachable } from './match.ts';

/** The storage that there is. */
export interface Storage {
  readonly claim: (namespace: string | undefined, name: string) => PersistentVolumeClaim | undefined;
  readonly volume: (name: string) => PersistentVolume | undefined;
  readonly volumes: () => readonly PersistentVolume[];
  readonly storageClass: (name: string) => StorageClass | undefined;
}

/** What has to be written before a pod can go to a node. */
export type Preparation =
  | { readonly kind: 'keep'; readonly volume: PersistentVolume; readonly claim: PersistentVolumeClaim }
  /** Somebody makes a volume for this node. */
  | { readonly kind: 'provision'; readonly claim: PersistentVolumeClaim };

export interface VolumeCheck {
  /** Why it can go nowhere. */
  readonly fault: string | undefined;
  /** Why it cannot go to a node. */
  readonly whyNot: (node: Node) => string | undefined;
  readonly prepare: (node: Node) => readonly Preparation[];
}

const free: VolumeCheck = { fault: undefined, whyNot: () => undefined, prepare: () => [] };

/** Looks at a pod's claims once; the check is then cheap for each node. */
export function checkVolumes({ metadata, spec }: Pod, storage: Storage): VolumeCheck {
  const names = (spec.volumes ?? [])
    .map(({ persistentVolumeClaim: claim }) => claim?.claimName)
    .filter((name) => name !== undefined);
  if (names.length === 0) return free;
  const found = names.map((name) => storage.claim(metadata.namespace, name));
  const missing = names.find((_, index) => found[index] === undefined);
  if (missing !== undefined) return { ...free, fault: `persistentvolumeclaim "${missing}" not found` };
  const claims = found.filter((claim) => claim !== undefined);
  const going = claims.find((claim) => claim.metadata.deletionTimestamp !== undefined);
  if (going !== undefined)
    return { ...free, fault: `persistentvolumeclaim "${going.metadata.name}" is being deleted` };
  const open = claims.filter((claim) => !isBound(claim));
  if (open.some((claim) => !waits(claim, storage)))
    return { ...free, fault: 'pod has unbound immediate PersistentVolumeClaims' };
  const bound = claims.filter(isBound).map(({ spec: { volumeName = '' } }) => storage.volume(volumeName));
  const prepare = (node: Node) => open.map((claim) => prepareClaim(claim, node, storage));
  return {
    fault: undefined,
    whyNot: (node) => {
      if (bound.includes(undefined))
        return 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';
      if (bound.some((volume) => volume !== undefined && !isReachable(volume, node)))
        return "node(s) didn't match PersistentVolume's node affinity";
      return prepare(node).includes(undefined)
        ? "node(s) didn't find available persistent volumes to bind"
        : undefined;
    },
    prepare: (node) => prepare(node).filter((step) => step !== undefined),
  };
}

const isBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  (spec.volumeName ?? '') !== '' && metadata.annotations?.['pv.kubernetes.io/bind-completed'] !== undefined;

const classOf = ({ spec }: PersistentVolumeClaim, { storageClass }: Storage): StorageClass | undefined =>
  storageClass(spec.storageClassName ?? '');

const waits = (claim: PersistentVolumeClaim, storage: Storage): boolean =>
  classOf(claim, storage)?.volumeBindingMode === 'WaitForFirstConsumer';

function prepareClaim(claim: PersistentVolumeClaim, node: Node, storage: Storage): Preparation | undefined {
  const selected = claim.metadata.annotations?.['volume.kubernetes.io/selected-node'];
  if (selected !== undefined && selected !== node.metadata.name) return undefined;
  const volume = findVolume({ claim, volumes: storage.volumes(), node, delayed: true });
  if (volume !== undefined) return { kind: 'keep', volume, claim };
  const { provisioner } = classOf(claim, storage) ?? {};
  const isMade = provisioner !== undefined && provisioner !== 'kubernetes.io/no-provisioner';
  return isMade ? { kind: 'provision', claim } : undefined;
}
