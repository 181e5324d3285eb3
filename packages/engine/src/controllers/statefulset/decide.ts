import type { ControllerRevision, Pod } from '@fairlead/kube';
import { isDeleting, isTerminal } from '../pods/state.ts';
import { claimsOf, isStale, ownersAreRight } from './claims.ts';
import {
  condemnedOf,
  type Facts,
  isOrdered,
  isUnavailable,
  partitionOf,
  revisionOf,
  type Slot,
  slotsOf,
} from './facts.ts';
import { hasIdentity, hasStorage } from './identity.ts';

export type Step =
  | { readonly kind: 'create'; readonly ordinal: number; readonly revision: ControllerRevision }
  | { readonly kind: 'delete'; readonly pod: Pod }
  /** It waits for claims that are not there. */
  | { readonly kind: 'claim'; readonly pod: Pod }
  /** Its labels, volumes or the owners of its claims are not what they should be. */
  | { readonly kind: 'mend'; readonly pod: Pod }
  /** It goes; what becomes of its claims has to be written before. */
  | { readonly kind: 'bequeath'; readonly pod: Pod };

/** What one part of a pass does; when it blocks, nothing after it is done. */
interface Part {
  readonly steps: readonly Step[];
  readonly blocks: boolean;
}

/**
 * The next steps, in parts that are done one after the other: fill the places, then take away what
 * is too many, then update. Ordered sets stop at the first pod that is not available.
 */
export function decideSteps(facts: Facts): readonly (readonly Step[])[] {
  const { set } = facts;
  if (isDeleting(set)) return [];
  const slots = slotsOf(facts);
  const parts: Part[] = [];
  const unless = (part: () => Part): void => {
    if (parts.at(-1)?.blocks !== true) parts.push(part());
  };
  unless(() => inTurn(slots, (slot) => fill(slot, facts), set));
  unless(() => inTurn(condemnedOf(facts), (pod) => bequeath(pod, facts), set));
  unless(() => inTurn(condemnedOf(facts), (pod) => condemn(pod, facts), set));
  unless(() => ({ steps: updateNext(slots, facts), blocks: true }));
  return parts.map(({ steps }) => steps).filter((steps) => steps.length > 0);
}

/** An ordered set stops at the first that blocks; a parallel one goes on with all. */
function inTurn<T>(items: readonly T[], judge: (item: T) => Part, set: Facts['set']): Part {
  const steps: Step[] = [];
  for (const item of items) {
    const part = judge(item);
    steps.push(...part.steps);
    if (part.blocks && isOrdered(set)) return { steps, blocks: true };
  }
  return { steps, blocks: false };
}

function fill(slot: Slot, facts: Facts): Part {
  const { set } = facts;
  const { pod, ordinal } = slot;
  if (pod === undefined) {
    const waits = isStale(ordinal, facts);
    return {
      steps: waits ? [] : [{ kind: 'create', ordinal, revision: revisionFor(slot, facts) }],
      blocks: true,
    };
  }
  if (isTerminal(pod)) return { steps: isDeleting(pod) ? [] : [{ kind: 'delete', pod }], blocks: true };
  const steps: Step[] = [];
  const lacks = claimsOf(set, ordinal).some(({ metadata }) => facts.claim(metadata.name) === undefined);
  if (pod.status?.phase === 'Pending' && lacks) steps.push({ kind: 'claim', pod });
  const blocks = isUnavailable(pod, facts);
  if ((!blocks || !isOrdered(set)) && !isRight(pod, facts)) steps.push({ kind: 'mend', pod });
  return { steps, blocks };
}

const isRight = (pod: Pod, facts: Facts): boolean =>
  hasIdentity(facts.set, pod) && hasStorage(facts.set, pod) && ownersAreRight(pod, facts);

/** Below the partition a lost pod comes back as it was. */
export const revisionFor = ({ ordinal }: Slot, { set, current, update }: Facts): ControllerRevision =>
  ordinal < (set.spec.ordinals?.start ?? 0) + partitionOf(set) ? current : update;

const bequeath = (pod: Pod, facts: Facts): Part => ({
  steps: ownersAreRight(pod, facts) ? [] : [{ kind: 'bequeath', pod }],
  blocks: false,
});

/** The highest goes first, and only when all others are available, unless it is itself what is broken. */
function condemn(pod: Pod, facts: Facts): Part {
  if (isDeleting(pod)) return { steps: [], blocks: true };
  const waits = isOrdered(facts.set) && isUnavailable(pod, facts) && pod !== firstBroken(facts);
  return { steps: waits ? [] : [{ kind: 'delete', pod }], blocks: true };
}

function firstBroken(facts: Facts): Pod | undefined {
  const pods = slotsOf(facts).map(({ pod }) => pod);
  return [...pods, ...condemnedOf(facts).toReversed()].find(
    (pod) => pod !== undefined && isUnavailable(pod, facts),
  );
}

/** The highest pod of another revision goes, one at a time, and none while one above it is not available. */
function updateNext(slots: readonly Slot[], facts: Facts): readonly Step[] {
  const { set, update } = facts;
  if (set.spec.updateStrategy?.type === 'OnDelete') return [];
  for (const { pod } of slots.slice(partitionOf(set)).toReversed()) {
    if (pod === undefined || isTerminal(pod)) return [];
    if (revisionOf(pod) !== update.metadata.name && !isDeleting(pod)) return [{ kind: 'delete', pod }];
    if (isUnavailable(pod, facts)) return [];
  }
  return [];
}
