import {
  type ControllerRevision,
  controllerRevisions,
  matchesSelector,
  persistentVolumeClaims,
  pods,
  type StatefulSet,
  statefulSets,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { claim } from '../ownership/claim.ts';
import { ensureRevision, type Naming } from '../revisions/ensure.ts';
import { dataHash, revisionHashLabel } from '../revisions/names.ts';
import { byNumber, dataOf, dataText } from '../revisions/revision.ts';
import type { Facts } from './facts.ts';
import { ordinalOf } from './names.ts';

/** What a pass knows of a set. */
export interface Situation {
  readonly facts: Facts;
  /** All revisions, oldest first. */
  readonly history: readonly ControllerRevision[];
  readonly collisions: number;
}

/** Settles which revisions and pods are the set's, then looks at them. */
export async function gatherStatefulSet(set: StatefulSet, context: ControllerContext): Promise<Situation> {
  const owner = { owner: set, ownerKind: statefulSets, selector: set.spec.selector };
  const claimed = await claim({ ...owner, kind: controllerRevisions }, context);
  const history = claimed.toSorted(byNumber);
  await claim({ ...owner, kind: pods, accepts: (pod) => ordinalOf(set, pod) !== undefined }, context);
  const present = await ensureRevision(set, { known: history, naming: namingOf(set) }, context);
  const { revision: update, collisions } = present;
  const current = history.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
  const others = history.filter(({ metadata }) => metadata.name !== update.metadata.name);
  return { facts: factsOf(set, { current, update }, context), history: [...others, update], collisions };
}

const namingOf = (set: StatefulSet): Naming => ({
  hash: (collisions) => dataHash(dataText({ data: dataOf(set) }), collisions),
  label: revisionHashLabel,
});

/** The same as the cache has it now, after this pass's own writes. */
export const regatherStatefulSet = (before: Facts, context: ControllerContext): Facts =>
  factsOf(context.cache.informer(statefulSets).get(before.set.metadata) ?? before.set, before, context);

const factsOf = (
  set: StatefulSet,
  { current, update }: Pick<Facts, 'current' | 'update'>,
  { cache }: ControllerContext,
): Facts => ({
  set,
  current,
  update,
  pods: cache
    .informer(pods)
    .byIndex('owned', set.metadata.uid ?? '')
    .filter(
      (pod) => matchesSelector(set.spec.selector, pod.metadata.labels) && ordinalOf(set, pod) !== undefined,
    ),
  claim: (name) => cache.informer(persistentVolumeClaims).get({ namespace: set.metadata.namespace, name }),
  now: cache.clock.now(),
});
