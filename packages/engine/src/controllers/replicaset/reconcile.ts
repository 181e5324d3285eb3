import {
  controllerOf,
  done,
  matchesSelector,
  type ObjectName,
  type Outcome,
  type Pod,
  pods,
  type Kind,
  type ReplicaSet,
  type ReplicationController,
  waiting,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { claim } from '../ownership/claim.ts';
import { isActive, isDeleting, untilAvailable } from '../pods/state.ts';
import { createPods, deletePods } from '../pods/write.ts';
import { writeStatus } from '../status.ts';
import { desiredPod } from './children.ts';
import { decideScaling } from './decide.ts';
import type { Form } from './form.ts';
import { desiredStatus } from './status.ts';

/** Keeps as many pods of one template as a ReplicaSet, or its forerunner, asks for. */
export async function reconcileReplicaSet<T extends ReplicaSet | ReplicationController>(
  name: ObjectName,
  context: ControllerContext,
  form: Form<T>,
): Promise<Outcome> {
  const objects = context.cache.informer(form.kind);
  const object = objects.get(name);
  if (object === undefined) return done;

  const set = form.asSet(object);
  await claimPods(set, form.kind, context);
  const failure = isDeleting(set) ? undefined : await scale(set, form.kind, context);

  // Looked at again: the pods just made are in the cache, and the set may have changed meanwhile.
  const latest = objects.get(name) ?? object;
  const after = form.asSet(latest);
  const findings = { set: after, pods: ownPods(after, context), failure, now: context.cache.clock.now() };
  await writeStatus({ object: latest, kind: form.kind, status: desiredStatus(findings) }, context);

  if (failure !== undefined) throw failure;
  const next = untilAvailable(findings.pods, after.spec.minReadySeconds ?? 0, findings.now);
  return next === undefined ? done : waiting(next);
}

const claimPods = (set: ReplicaSet, kind: Kind, context: ControllerContext): Promise<readonly Pod[]> => {
  const ignore = (pod: Pod): boolean => !isActive(pod);
  const selector = set.spec.selector;
  return claim({ owner: set, ownerKind: kind, selector, kind: pods, ignore }, context);
};

/** Its pods as the cache has them after the claims were settled. */
const ownPods = (set: ReplicaSet, { cache }: ControllerContext): readonly Pod[] =>
  cache
    .informer(pods)
    .byIndex('owned', set.metadata.uid ?? '')
    .filter((pod) => isActive(pod) && matchesSelector(set.spec.selector, pod.metadata.labels));

async function scale(set: ReplicaSet, kind: Kind, context: ControllerContext): Promise<unknown> {
  const own = ownPods(set, context);
  const related = relatedPods(set, kind, context);
  const scaling = decideScaling({ set, pods: own, related, now: context.cache.clock.now() });
  switch (scaling.kind) {
    case 'none':
      return undefined;
    case 'up':
      return createPods({ owner: set, pods: Array(scaling.count).fill(desiredPod(set)) }, context);
    case 'down':
      return deletePods({ owner: set, pods: scaling.victims }, context);
    default:
      return scaling satisfies never;
  }
}

/** The pods of all sets with the same controller. */
function relatedPods(set: ReplicaSet, kind: Kind, { cache }: ControllerContext): readonly Pod[] {
  const owner = controllerOf(set);
  const sets = owner === undefined ? [set] : cache.informer(kind).byIndex('owned', owner.uid);
  return sets.flatMap(({ metadata }) => cache.informer(pods).byIndex('owned', metadata.uid ?? ''));
}
