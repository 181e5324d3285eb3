import type { EventNote, PersistentVolume, PersistentVolumeClaim, StorageClass } from '@fairlead/kube';
import { findVolume, isKeptFor } from '../../scheduler/volumes/match.ts';
import { bindCompleted, boundByController, selectedNode } from './names.ts';

/** A claim and the storage around it. */
export interface Facts {
  readonly claim: PersistentVolumeClaim;
  readonly volumes: readonly PersistentVolume[];
  readonly storageClass: StorageClass | undefined;
}

export type Plan =
  | { readonly kind: 'bind'; readonly volume: PersistentVolume }
  /** Nothing yet; `provisioner` is who is to make a volume. */
  | { readonly kind: 'pending'; readonly provisioner?: string; readonly notes: readonly EventNote[] }
  | { readonly kind: 'lost'; readonly note: EventNote };

/** What becomes of a claim. Once bound it stays with its volume, or is lost. */
export function decideClaim(facts: Facts): Plan {
  const { claim, volumes } = facts;
  const { volumeName = '' } = claim.spec;
  const volume = volumes.find(({ metadata }) => metadata.name === volumeName);
  if (claim.metadata.annotations?.[bindCompleted] !== undefined) return decideBound(facts, volume);
  if (volumeName === '') return decideOpen(facts);
  if (volume === undefined) return { kind: 'pending', notes: [] };
  if (volume.spec.claimRef === undefined || isKeptFor(volume, claim)) return { kind: 'bind', volume };
  const message = `volume ${JSON.stringify(volumeName)} already bound to a different claim.`;
  return { kind: 'pending', notes: [warning('FailedBinding', message)] };
}

const warning = (reason: string, message: string): EventNote => ({ type: 'Warning', reason, message });
const normal = (reason: string, message: string): EventNote => ({ type: 'Normal', reason, message });

function decideBound({ claim }: Facts, volume: PersistentVolume | undefined): Plan {
  const lost = (reason: string, message: string): Plan => ({ kind: 'lost', note: warning(reason, message) });
  if ((claim.spec.volumeName ?? '') === '')
    return lost(
      'ClaimLost',
      'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!',
    );
  if (volume === undefined)
    return lost('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  const { claimRef } = volume.spec;
  if (claimRef === undefined || claimRef.uid === claim.metadata.uid) return { kind: 'bind', volume };
  return lost('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
}

function decideOpen({ claim, volumes, storageClass }: Facts): Plan {
  const delayed = storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
  const volume = findVolume({ claim, volumes, delayed });
  if (volume !== undefined) return { kind: 'bind', volume };
  if (delayed && claim.metadata.annotations?.[selectedNode] === undefined) {
    const message = 'waiting for first consumer to be created before binding';
    return { kind: 'pending', notes: [normal('WaitForFirstConsumer', message)] };
  }
  const name = claim.spec.storageClassName ?? '';
  if (name === '') {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    return { kind: 'pending', notes: [normal('FailedBinding', message)] };
  }
  if (storageClass === undefined) {
    const message = `storageclass.storage.k8s.io ${JSON.stringify(name)} not found`;
    return { kind: 'pending', notes: [warning('ProvisioningFailed', message)] };
  }
  return decideProvision(storageClass.provisioner);
}

/** Volumes are made by others; a class without anybody takes what there is. */
function decideProvision(provisioner: string): Plan {
  if (provisioner === 'kubernetes.io/no-provisioner') return { kind: 'pending', notes: [] };
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  return { kind: 'pending', provisioner, notes: [normal('ExternalProvisioning', message)] };
}

/** What becomes of a volume. */
export type VolumePlan =
  | { readonly kind: 'phase'; readonly phase: 'Available' | 'Bound' | 'Released' }
  /** Its claim went elsewhere: it is nobody's again, or waits for whom it was kept. */
  | { readonly kind: 'free'; readonly wholly: boolean }
  /** Nobody here can remove what is on it. */
  | { readonly kind: 'failed'; readonly note: EventNote }
  | { readonly kind: 'nothing' };

export function decideVolume(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): VolumePlan {
  const { claimRef } = volume.spec;
  if (claimRef === undefined || (claimRef.uid ?? '') === '') return { kind: 'phase', phase: 'Available' };
  if (claim?.metadata.uid !== claimRef.uid) return decideReleased(volume);
  const { volumeName = '' } = claim?.spec ?? {};
  if (volumeName === '') return { kind: 'nothing' };
  if (volumeName === volume.metadata.name) return { kind: 'phase', phase: 'Bound' };
  return { kind: 'free', wholly: volume.metadata.annotations?.[boundByController] !== undefined };
}

function decideReleased({ metadata, spec, status }: PersistentVolume): VolumePlan {
  const { phase } = status ?? {};
  if (phase === 'Failed') return { kind: 'nothing' };
  if (phase !== 'Released') return { kind: 'phase', phase: 'Released' };
  const isMade = metadata.annotations?.['pv.kubernetes.io/provisioned-by'] !== undefined;
  if (spec.persistentVolumeReclaimPolicy === 'Recycle')
    return {
      kind: 'failed',
      note: warning('VolumeFailedRecycle', 'No recycler plugin found for the volume!'),
    };
  if (spec.persistentVolumeReclaimPolicy !== 'Delete' || isMade) return { kind: 'nothing' };
  const message = `error getting deleter volume plugin for volume ${JSON.stringify(metadata.name)}: no deletable volume plugin matched`;
  return { kind: 'failed', note: warning('VolumeFailedDelete', message) };
}
