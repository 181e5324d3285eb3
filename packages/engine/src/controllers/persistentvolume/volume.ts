import {
  done,
  isNotFound,
  type ObjectName,
  type Outcome,
  type PersistentVolume,
  persistentVolumeClaims,
  persistentVolumes,
  timestamp,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { decideVolume } from './decide.ts';
import { boundByController } from './names.ts';

/** Says whether a volume is free, bound, or left over, and frees it when its claim went elsewhere. */
export async function reconcileVolume(name: ObjectName, context: ControllerContext): Promise<Outcome> {
  const { client, cache, recorder } = context;
  const volume = cache.informer(persistentVolumes).get(name);
  if (volume === undefined) return done;
  const { claimRef } = volume.spec;
  // Asked of the server: a claim that is news to us is not one that has gone.
  const claim =
    claimRef?.name === undefined
      ? undefined
      : await client
          .resource(persistentVolumeClaims)
          .find({ namespace: claimRef.namespace, name: claimRef.name });
  const plan = decideVolume(volume, claim);
  switch (plan.kind) {
    case 'nothing':
      break;
    case 'phase':
      await ensurePhase(volume, { phase: plan.phase }, context);
      break;
    case 'failed':
      await ensurePhase(volume, { phase: 'Failed', message: plan.note.message }, context);
      void recorder.record(volume, plan.note);
      break;
    case 'free':
      await free(volume, plan.wholly, context);
      break;
    default:
      plan satisfies never;
  }
  return done;
}

type Phase = Pick<NonNullable<PersistentVolume['status']>, 'phase' | 'message'>;

async function ensurePhase(
  { metadata, status }: PersistentVolume,
  wanted: Phase,
  { client, cache }: ControllerContext,
): Promise<void> {
  if (status?.phase === wanted.phase && (status?.message ?? '') === (wanted.message ?? '')) return;
  const lastPhaseTransitionTime = timestamp(cache.clock.now());
  const body = {
    metadata: { resourceVersion: metadata.resourceVersion },
    status: { message: null, ...wanted, lastPhaseTransitionTime },
  };
  try {
    await client.resource(persistentVolumes).status.patch(metadata, { type: 'merge', body });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function free(volume: PersistentVolume, wholly: boolean, { client }: ControllerContext): Promise<void> {
  const { resourceVersion } = volume.metadata;
  const body = wholly
    ? { metadata: { resourceVersion, annotations: { [boundByController]: null } }, spec: { claimRef: null } }
    : { metadata: { resourceVersion }, spec: { claimRef: { uid: null, resourceVersion: null } } };
  await client.resource(persistentVolumes).patch(volume.metadata, { type: 'merge', body });
}
