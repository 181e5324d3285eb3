import {
  done,
  type EventNote,
  type ObjectName,
  type Outcome,
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  persistentVolumes,
  storageClasses,
  timestamp,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { isDeleting } from '../pods/state.ts';
import { writeStatus } from '../status.ts';
import type { Told } from '../told.ts';
import { decideClaim } from './decide.ts';
import { bindCompleted, boundByController, provisionerNames } from './names.ts';

export type BinderContext = ControllerContext & { readonly told: Told };

/** Finds a volume for a claim, and binds the two to each other. */
export async function reconcileClaim(name: ObjectName, context: BinderContext): Promise<Outcome> {
  const { cache, told } = context;
  const claim = cache.informer(persistentVolumeClaims).get(name);
  if (claim === undefined) {
    told.forget(name);
    return done;
  }
  if (isDeleting(claim) && claim.status?.phase !== 'Bound') return done;
  const plan = decideClaim({
    claim,
    volumes: cache.informer(persistentVolumes).list(),
    storageClass: cache.informer(storageClasses).get({ name: claim.spec.storageClassName ?? '' }),
  });
  switch (plan.kind) {
    case 'bind':
      tell(claim, [], context);
      await bind(claim, plan.volume, context);
      return done;
    case 'pending':
      tell(claim, plan.notes, context);
      await ensureProvisioner(claim, plan.provisioner, context);
      await ensurePhase(claim, 'Pending', context);
      return done;
    case 'lost':
      tell(claim, [plan.note], context);
      await ensurePhase(claim, 'Lost', context);
      return done;
    default:
      return plan satisfies never;
  }
}

function tell(
  claim: PersistentVolumeClaim,
  notes: readonly EventNote[],
  { recorder, told }: BinderContext,
): void {
  for (const note of told.news(claim.metadata, notes)) void recorder.record(claim, note);
}

/** Says on the claim who is to make its volume. */
async function ensureProvisioner(
  claim: PersistentVolumeClaim,
  provisioner: string | undefined,
  { client }: ControllerContext,
): Promise<void> {
  const { annotations = {}, uid, resourceVersion } = claim.metadata;
  if (provisioner === undefined || provisionerNames.every((key) => annotations[key] === provisioner)) return;
  const wanted = Object.fromEntries(provisionerNames.map((key) => [key, provisioner]));
  const body = { metadata: { uid, resourceVersion, annotations: wanted } };
  await client.resource(persistentVolumeClaims).patch(claim.metadata, { type: 'merge', body });
}

async function ensurePhase(
  { metadata }: PersistentVolumeClaim,
  phase: 'Pending' | 'Lost',
  context: ControllerContext,
): Promise<void> {
  const object = context.cache.informer(persistentVolumeClaims).get(metadata);
  if (object !== undefined)
    await writeStatus({ object, kind: persistentVolumeClaims, status: { phase } }, context);
}

/** The volume first: a claim that names a volume which is another's would be lost. */
async function bind(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  context: ControllerContext,
): Promise<void> {
  await keepVolume(claim, volume, context);
  await nameVolume(claim, volume, context);
  const object = context.cache.informer(persistentVolumeClaims).get(claim.metadata) ?? claim;
  const { capacity = {}, accessModes = [] } = volume.spec;
  const before = object.status?.phase === 'Bound' ? object.status : undefined;
  const status = {
    ...object.status,
    phase: 'Bound' as const,
    accessModes,
    capacity: before?.capacity ?? capacity,
  };
  await writeStatus({ object, kind: persistentVolumeClaims, status }, context);
}

async function keepVolume(
  { metadata: claim }: PersistentVolumeClaim,
  { metadata, spec, status }: PersistentVolume,
  { client, cache }: ControllerContext,
): Promise<void> {
  const { namespace, name, uid, resourceVersion } = claim;
  const isFound = spec.claimRef === undefined;
  if (spec.claimRef?.uid !== uid) {
    const annotations = isFound ? { [boundByController]: 'yes' } : {};
    const claimRef = {
      kind: 'PersistentVolumeClaim',
      apiVersion: 'v1',
      namespace,
      name,
      uid,
      resourceVersion,
    };
    const body = { metadata: { resourceVersion: metadata.resourceVersion, annotations }, spec: { claimRef } };
    await client.resource(persistentVolumes).patch(metadata, { type: 'merge', body });
  }
  if (status?.phase === 'Bound') return;
  const lastPhaseTransitionTime = timestamp(cache.clock.now());
  const body = { status: { phase: 'Bound', lastPhaseTransitionTime } };
  await client.resource(persistentVolumes).status.patch(metadata, { type: 'merge', body });
}

async function nameVolume(
  { metadata, spec }: PersistentVolumeClaim,
  volume: PersistentVolume,
  { client }: ControllerContext,
): Promise<void> {
  const { name } = volume.metadata;
  if (spec.volumeName === name && metadata.annotations?.[bindCompleted] !== undefined) return;
  const found = spec.volumeName === name ? {} : { [boundByController]: 'yes' };
  const body = {
    metadata: {
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
      annotations: { [bindCompleted]: 'yes', ...found },
    },
    spec: { volumeName: name },
  };
  await client.resource(persistentVolumeClaims).patch(metadata, { type: 'merge', body });
}
