import {
  controllerOf,
  done,
  matchesSelector,
  type ObjectName,
  type Outcome,
  type Pod,
  pods,
  type ReplicaSet,
  replicaSets,
  waiting,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { claim } from '../ownership/claim.ts';
import { isActive, isDeleting, untilAvailable } from '../pods/state.ts';
import { createPods, deletePods } from '../pods/write.ts';
import { writeStatus } from '../status.ts';
import { desiredPod } from './children.ts';
import { decideScaling } from './decide.ts';
import { desiredStatus } from './status.ts';

/** Keeps as many pods of one template as a ReplicaSet asks for. */
export async function reconcileReplicaSet(name: ObjectName, context: ControllerContext): Promise<Outcome> {
  const set = context.cache.informer(replicaSets).get(name);
  if (set === undefined) return done;

  await claimPods(set, context);
  const failure = isDeleting(set) ? undefined : await scale(set, context);

  // Looked at again: the pods just made are in the cache, and the set may have changed meanwhile.
  const latest = context.cache.informer(replicaSets).get(name) ?? set;
  const findings = { set: latest, pods: ownPods(latest, context), failure, now: context.cache.clock.now() };
  await writeStatus({ object: latest, kind: replicaSets, status: desiredStatus(findings) }, context);

  if (failure !== undefined) throw failure;
  const next = untilAvailable(findings.pods, latest.spec.minReadySeconds ?? 0, findings.now);
  return next === undefined ? done : waiting(next);
}

const claimPods = (set: ReplicaSet, context: ControllerContext): Promise<readonly Pod[]> => {
  const ignore = (pod: Pod): boolean => !isActive(pod);
  const selector = set.spec.selector;
  return claim({ owner: set, ownerKind: replicaSets, selector, kind: pods, ignore }, context);
};

/** Its pods as the cache has them after the claims were settled. */
const ownPods = (set: ReplicaSet, { cache }: ControllerContext): readonly Pod[] =>
  cache
    .informer(pods)
    .byIndex('owned', set.metadata.uid ?? '')
    .filter((pod) => isActive(pod) && matchesSelector(set.spec.selector, pod.metadata.labels));

async function scale(set: ReplicaSet, context: ControllerContext): Promise<unknown> {
  const own = ownPods(set, context);
  const related = relatedPods(set, context);
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
function relatedPods(set: ReplicaSet, { cache }: ControllerContext): readonly Pod[] {
  const owner = controllerOf(set);
  const sets = owner === undefined ? [set] : cache.informer(replicaSets).byIndex('owned', owner.uid);
  return sets.flatMap(({ metadata }) => cache.informer(pods).byIndex('owned', metadata.uid ?? ''));
}
