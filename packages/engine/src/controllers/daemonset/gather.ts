import {
  type ControllerRevision,
  controllerRevisions,
  type DaemonSet,
  daemonSets,
  matchesSelector,
  nodes,
  type Pod,
  pods,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { claim } from '../ownership/claim.ts';
import { isDeleting, isTerminal } from '../pods/state.ts';
import { ensureRevision } from '../revisions/ensure.ts';
import { podRevisionLabel } from '../revisions/names.ts';
import { byNumber } from '../revisions/revision.ts';
import type { Facts } from './facts.ts';
import { templateHash } from './names.ts';
import type { Retries } from './retries.ts';

export type DaemonSetContext = ControllerContext & { readonly retries: Retries };

/** What a pass knows of a set. */
export interface Situation {
  readonly facts: Facts;
  /** The revisions before the present one, oldest first. */
  readonly history: readonly ControllerRevision[];
  readonly collisions: number;
}

/** Settles which revisions and pods are the set's, then looks at them and at the nodes. */
export async function gatherDaemonSet(set: DaemonSet, context: DaemonSetContext): Promise<Situation> {
  const owner = { owner: set, ownerKind: daemonSets, selector: set.spec.selector };
  const known = (await claim({ ...owner, kind: controllerRevisions }, context)).toSorted(byNumber);
  const naming = { hash: (collisions: number) => templateHash(set, collisions), label: podRevisionLabel };
  const { revision, collisions } = await ensureRevision(set, { known, naming }, context);
  await claim({ ...owner, kind: pods }, context);
  const hash = revision.metadata.labels?.[podRevisionLabel] ?? revision.metadata.name;
  const history = known.filter(({ metadata }) => metadata.name !== revision.metadata.name);
  return { facts: factsOf(set, hash, context), history, collisions };
}

/** The same as the cache has it now, after this pass's own writes. */
export const regatherDaemonSet = ({ set, hash }: Facts, context: DaemonSetContext): Facts =>
  factsOf(context.cache.informer(daemonSets).get(set.metadata) ?? set, hash, context);

function factsOf(set: DaemonSet, hash: string, { cache, retries }: DaemonSetContext): Facts {
  const now = cache.clock.now();
  return {
    set,
    hash,
    nodes: cache.informer(nodes).list(),
    pods: ownPods(set, { cache }).filter((pod) => !(isTerminal(pod) && isDeleting(pod))),
    untilRetry: (node) => retries.left(set, node, now),
    now,
  };
}

/** All pods of the set, ended ones too. */
export const ownPods = (set: DaemonSet, { cache }: Pick<ControllerContext, 'cache'>): readonly Pod[] =>
  cache
    .informer(pods)
    .byIndex('owned', set.metadata.uid ?? '')
    .filter((pod) => matchesSelector(set.spec.selector, pod.metadata.labels));
