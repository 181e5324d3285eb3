import {
  isAlreadyExists,
  isNotFound,
  type Pod,
  persistentVolumeClaims,
  pods,
  type StatefulSet,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { createInBatches } from '../pods/create.ts';
import { messageOf } from '../pods/write.ts';
import { claimsOf, desiredOwners, isForeign } from './claims.ts';
import type { Step } from './decide.ts';
import { type Facts, isOrdered } from './facts.ts';
import { desiredPod, hasStorage, mendedPod } from './identity.ts';
import { ordinalOf, podName } from './names.ts';

/** Does one part after the other; gives the first failure, after which nothing more was tried. */
export async function takeSteps(
  parts: readonly (readonly Step[])[],
  { set }: Facts,
  context: ControllerContext,
): Promise<unknown> {
  for (const steps of parts) {
    const left = [...steps];
    const next = async (): Promise<void> => {
      const step = left.shift();
      if (step !== undefined) await take(step, set, context);
    };
    const failure = isOrdered(set) ? await each(left.length, next) : await createInBatches(left.length, next);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

async function each(count: number, next: () => Promise<void>): Promise<unknown> {
  try {
    for (let turn = 0; turn < count; turn += 1) await next();
    return undefined;
  } catch (error) {
    return error;
  }
}

async function take(step: Step, set: StatefulSet, context: ControllerContext): Promise<void> {
  switch (step.kind) {
    case 'create':
      return createPod(step, set, context);
    case 'delete':
      return deletePod(step.pod, set, context);
    case 'claim':
      await ensureClaims(set, ordinalOf(set, step.pod) ?? -1, context);
      return ensureOwners(set, step.pod, context);
    case 'mend':
      return mendPod(step.pod, set, context);
    case 'bequeath':
      return ensureOwners(set, step.pod, context);
    default:
      return step satisfies never;
  }
}

async function createPod(
  { ordinal, revision }: Step & { readonly kind: 'create' },
  set: StatefulSet,
  context: ControllerContext,
): Promise<void> {
  await told({ verb: 'create', set, name: podName(set, ordinal) }, context, async () => {
    await ensureClaims(set, ordinal, context);
    const pod = await context.client.resource(pods).create(desiredPod(set, ordinal, revision));
    await ensureOwners(set, pod, context);
  });
}

const deletePod = (pod: Pod, set: StatefulSet, context: ControllerContext): Promise<void> =>
  told({ verb: 'delete', set, name: pod.metadata.name }, context, async () => {
    try {
      await context.client
        .resource(pods)
        .delete(pod.metadata, { preconditions: { uid: pod.metadata.uid ?? '' } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  });

const mendPod = (pod: Pod, set: StatefulSet, context: ControllerContext): Promise<void> =>
  told({ verb: 'update', set, name: pod.metadata.name }, context, async () => {
    if (!hasStorage(set, pod)) await ensureClaims(set, ordinalOf(set, pod) ?? -1, context);
    await ensureOwners(set, pod, context);
    await context.client.resource(pods).replace(mendedPod(set, pod));
  });

const past = { create: 'Create', delete: 'Delete', update: 'Update' } as const;

/** Does it, and says in the events of the set how that ended. */
async function told(
  { verb, set, name }: { readonly verb: keyof typeof past; readonly set: StatefulSet; readonly name: string },
  { recorder }: ControllerContext,
  act: () => Promise<void>,
): Promise<void> {
  const what = `${verb} Pod ${name} in StatefulSet ${set.metadata.name}`;
  try {
    await act();
    const message = `${what} successful`;
    void recorder.record(set, { type: 'Normal', reason: `Successful${past[verb]}`, message });
  } catch (error) {
    // Of that name there is one already: the next pass sees whose it is.
    if (!isAlreadyExists(error)) {
      const message = `${what} failed error: ${messageOf(error)}`;
      void recorder.record(set, { type: 'Warning', reason: `Failed${past[verb]}`, message });
    }
    throw error;
  }
}

/** Makes the claims of a place that are not there. One that is going blocks: a pod must not start on it. */
async function ensureClaims(set: StatefulSet, ordinal: number, context: ControllerContext): Promise<void> {
  const { client, cache, recorder } = context;
  const place = `Pod ${podName(set, ordinal)} in StatefulSet ${set.metadata.name}`;
  for (const claim of claimsOf(set, ordinal)) {
    const { name } = claim.metadata;
    const found = cache.informer(persistentVolumeClaims).get({ namespace: set.metadata.namespace, name });
    if (found?.metadata.deletionTimestamp !== undefined) throw new Error(`pvc ${name} is being deleted`);
    if (found !== undefined) continue;
    try {
      await client.resource(persistentVolumeClaims).create(claim);
      const message = `create Claim ${name} ${place} success`;
      void recorder.record(set, { type: 'Normal', reason: 'SuccessfulCreate', message });
    } catch (error) {
      const message = `create Claim ${name} for ${place} failed error: ${messageOf(error)}`;
      void recorder.record(set, { type: 'Warning', reason: 'FailedCreate', message });
      throw new Error(`failed to create PVC ${name}: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** Writes with whom the claims of a pod go, where the policy of the set says otherwise than they do. */
async function ensureOwners(set: StatefulSet, pod: Pod, context: ControllerContext): Promise<void> {
  const { client, cache, recorder } = context;
  for (const { metadata } of claimsOf(set, ordinalOf(set, pod) ?? -1)) {
    const { namespace } = set.metadata;
    const claim = cache.informer(persistentVolumeClaims).get({ namespace, name: metadata.name });
    if (claim === undefined) continue;
    if (isForeign(claim, set, pod)) {
      const message = `PersistentVolumeClaim ${metadata.name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
      void recorder.record(set, { type: 'Warning', reason: 'ConflictingController', message });
    }
    const ownerReferences = desiredOwners(claim, set, pod);
    if (ownerReferences === undefined) continue;
    const { uid, resourceVersion } = claim.metadata;
    const body = { metadata: { uid, resourceVersion, ownerReferences } };
    await client.resource(persistentVolumeClaims).patch(claim.metadata, { type: 'merge', body });
  }
}
