import type { LabelRequirement, LabelSelector, ObjectMeta } from '@fairlead/kube';
import type { Affinity, PodAffinity } from './affinity.ts';
import type { PodSpec } from './types.ts';

type Labels = NonNullable<ObjectMeta['labels']>;

interface Keyed {
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

/** A selector that speaks of the pod's own labels by their keys gets the values that they have now. */
export const withOwnLabels = (spec: PodSpec, labels: Labels = {}): PodSpec => {
  const { affinity, topologySpreadConstraints: constraints } = spec;
  if (affinity?.podAffinity === undefined && affinity?.podAntiAffinity === undefined && !constraints)
    return spec;
  return {
    ...spec,
    ...(affinity && { affinity: affinityWith(affinity, labels) }),
    ...(constraints && { topologySpreadConstraints: constraints.map((one) => keyed(one, labels)) }),
  };
};

const affinityWith = (affinity: Affinity, labels: Labels): Affinity => ({
  ...affinity,
  ...(affinity.podAffinity && { podAffinity: podAffinityWith(affinity.podAffinity, labels) }),
  ...(affinity.podAntiAffinity && { podAntiAffinity: podAffinityWith(affinity.podAntiAffinity, labels) }),
});

const podAffinityWith = (affinity: PodAffinity, labels: Labels): PodAffinity => {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: required,
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  } = affinity;
  return {
    ...affinity,
    ...(required && {
      requiredDuringSchedulingIgnoredDuringExecution: required.map((term) => keyed(term, labels)),
    }),
    ...(preferred && {
      preferredDuringSchedulingIgnoredDuringExecution: preferred.map((wish) => ({
        ...wish,
        ...(wish.podAffinityTerm && { podAffinityTerm: keyed(wish.podAffinityTerm, labels) }),
      })),
    }),
  };
};

/** Without a selector nothing is selected, whatever the keys. */
const keyed = <T extends Keyed>(term: T, labels: Labels): T => {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  const added = [
    ...requirements(matchLabelKeys, 'In', labels),
    ...requirements(mismatchLabelKeys, 'NotIn', labels),
  ];
  if (labelSelector === undefined || added.length === 0) return term;
  const matchExpressions = [...(labelSelector.matchExpressions ?? []), ...added];
  return { ...term, labelSelector: { ...labelSelector, matchExpressions } };
};

const requirements = (
  keys: readonly string[],
  operator: 'In' | 'NotIn',
  labels: Labels,
): readonly LabelRequirement[] =>
  keys.flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
