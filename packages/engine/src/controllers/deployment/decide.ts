import { isRecreate } from './children.ts';
import type { Facts, Scale } from './facts.ts';
import { decideProportional, isRescaled } from './proportional.ts';
import { decideRecreate, oldIsGone } from './recreate.ts';
import { decideRolling } from './rolling.ts';

/** What a pass is about. */
export type Phase =
  /** Being deleted: nothing but the status. */
  | 'ending'
  /** Paused: sizes follow the wanted number, the template does not roll out. */
  | 'paused'
  /** The wanted number changed: that first, then the rollout goes on. */
  | 'rescaled'
  | 'rollout';

export function decidePhase(facts: Facts): Phase {
  const { metadata, spec } = facts.deployment;
  if (metadata.deletionTimestamp !== undefined) return 'ending';
  if (spec.paused === true) return 'paused';
  return isRescaled(facts) ? 'rescaled' : 'rollout';
}

/** Whether it is time to make the set of the present template. */
export const needsNewSet = (facts: Facts): boolean =>
  facts.newSet === undefined &&
  decidePhase(facts) === 'rollout' &&
  (!isRecreate(facts.deployment) || (oldIsGone(facts) && decideRecreate(facts).length === 0));

/** The next sizes, in the order in which they should be written. */
export function decideScales(facts: Facts): readonly Scale[] {
  const phase = decidePhase(facts);
  switch (phase) {
    case 'ending':
      return [];
    case 'paused':
    case 'rescaled':
      return decideProportional(facts);
    case 'rollout':
      return isRecreate(facts.deployment) ? decideRecreate(facts) : decideRolling(facts);
    default:
      return phase satisfies never;
  }
}
