import type { LabelSelector } from '@fairlead/kube';
import type { Place } from '../../../schema/place.ts';
import { qualifiedName } from '../../formats.ts';
import { judgeLabelSelector } from '../selector.ts';
import type { SpreadConstraint } from './types.ts';

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const POLICIES = ['Honor', 'Ignore'];

/** How evenly pods lie over zones and nodes. */
export const judgeSpread = (constraints: readonly SpreadConstraint[], at: Place): void => {
  constraints.forEach((constraint, index) => {
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains } = constraint;
    const here = at.index(index);
    if (maxSkew <= 0) here.field('maxSkew').invalid(maxSkew, 'must be greater than zero');
    if (topologyKey === '') here.field('topologyKey').required('can not be empty');
    if (!ACTIONS.includes(whenUnsatisfiable)) {
      here.field('whenUnsatisfiable').unsupported(whenUnsatisfiable, ACTIONS);
    }
    if (constraints.slice(index + 1).some((later) => isSameKind(constraint, later))) {
      here.field('{topologyKey, whenUnsatisfiable}').duplicate(`{${topologyKey}, ${whenUnsatisfiable}}`);
    }
    if (minDomains !== undefined) judgeDomains(minDomains, whenUnsatisfiable, here.field('minDomains'));
    judgePolicy(constraint.nodeAffinityPolicy, here.field('nodeAffinityPolicy'));
    judgePolicy(constraint.nodeTaintsPolicy, here.field('nodeTaintsPolicy'));
    judgeMatchLabelKeys(constraint, here);
    judgeLabelSelector(constraint.labelSelector, here.field('labelSelector'));
  });
};

const isSameKind = (a: SpreadConstraint, b: SpreadConstraint): boolean =>
  a.topologyKey === b.topologyKey && a.whenUnsatisfiable === b.whenUnsatisfiable;

const judgeDomains = (domains: number, action: string, at: Place): void => {
  if (domains <= 0) at.invalid(domains, 'must be greater than zero');
  if (action === 'DoNotSchedule') return;
  at.invalid(domains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`);
};

const judgePolicy = (policy: string | undefined, at: Place): void => {
  if (policy !== undefined && !POLICIES.includes(policy)) at.unsupported(policy, POLICIES);
};

interface MatchKeys {
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

/** Labels of the pod itself that others must, or must not, have alike. The selector has got them already. */
export const judgeMatchLabelKeys = (
  { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: MatchKeys,
  at: Place,
): void => {
  judgeKeys(matchLabelKeys, labelSelector, at.field('matchLabelKeys'));
  judgeKeys(mismatchLabelKeys, labelSelector, at.field('mismatchLabelKeys'));
  if (matchLabelKeys.length === 0) return;
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const index = matchLabelKeys.lastIndexOf(key);
    if (index >= 0 && seen.has(key)) {
      at.index(index).invalid(key, 'exists in both matchLabelKeys and labelSelector');
    }
    seen.add(key);
  }
  matchLabelKeys.forEach((key, index) => {
    if (!mismatchLabelKeys.includes(key)) return;
    const here = at.field('matchLabelKeys').index(index);
    here.invalid(key, 'exists in both matchLabelKeys and mismatchLabelKeys');
  });
};

const judgeKeys = (keys: readonly string[], selector: LabelSelector | undefined, at: Place): void => {
  if (keys.length === 0) return;
  if (selector === undefined) return at.forbidden('must not be specified when labelSelector is not set');
  keys.forEach((key, index) => at.index(index).faults(key, qualifiedName(key)));
};
