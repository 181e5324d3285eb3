import type { LabelSelector } from '@fairlead/kube';
import type { Place } from '../../../schema/place.ts';
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from '../../formats.ts';
import { judgeLabelSelector } from '../selector.ts';
import { judgeMatchLabelKeys } from './spread.ts';

/** Which nodes, and beside which pods, a pod may or would rather run. */
export interface Affinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
    readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
      readonly weight?: number;
      readonly preference?: NodeTerm;
    }[];
  };
  readonly podAffinity?: PodAffinity;
  readonly podAntiAffinity?: PodAffinity;
}

export interface NodeSelector {
  readonly nodeSelectorTerms?: readonly NodeTerm[] | null;
}

interface NodeTerm {
  readonly matchExpressions?: readonly NodeRequirement[];
  readonly matchFields?: readonly NodeRequirement[];
}

interface NodeRequirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

export interface PodAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight?: number;
    readonly podAffinityTerm?: PodTerm;
  }[];
}

interface PodTerm {
  readonly labelSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly topologyKey?: string;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

export const judgeAffinity = ({ nodeAffinity, podAffinity, podAntiAffinity }: Affinity, at: Place): void => {
  if (nodeAffinity) judgeNodeAffinity(nodeAffinity, at.field('nodeAffinity'));
  if (podAffinity) judgePodAffinity(podAffinity, at.field('podAffinity'));
  if (podAntiAffinity) judgePodAffinity(podAntiAffinity, at.field('podAntiAffinity'));
};

/** Which nodes there are to choose from, for a pod or for a volume. */
export const judgeNodeSelector = ({ nodeSelectorTerms }: NodeSelector, at: Place): void => {
  const terms = nodeSelectorTerms ?? [];
  const here = at.field('nodeSelectorTerms');
  if (terms.length === 0) here.required('must have at least one node selector term');
  terms.forEach((term, index) => judgeNodeTerm(term, here.index(index), true));
};

const judgeNodeAffinity = (affinity: NonNullable<Affinity['nodeAffinity']>, at: Place): void => {
  const required = affinity[REQUIRED];
  if (required) judgeNodeSelector(required, at.field(REQUIRED));
  (affinity[PREFERRED] ?? []).forEach(({ weight, preference = {} }, index) => {
    const here = at.field(PREFERRED).index(index);
    judgeWeight(weight, here);
    // A wish that no node can fulfil does no harm.
    judgeNodeTerm(preference, here.field('preference'), false);
  });
};

const judgeWeight = (weight = 0, at: Place): void => {
  if (weight <= 0 || weight > 100) at.field('weight').invalid(weight, 'must be in the range 1-100');
};

const judgeNodeTerm = (
  { matchExpressions = [], matchFields = [] }: NodeTerm,
  at: Place,
  strict: boolean,
): void => {
  matchExpressions.forEach((one, index) =>
    judgeNodeLabel(one, at.field('matchExpressions').index(index), strict),
  );
  matchFields.forEach((one, index) => judgeNodeField(one, at.field('matchFields').index(index)));
};

const judgeNodeLabel = (
  { key = '', operator = '', values = [] }: NodeRequirement,
  at: Place,
  strict: boolean,
): void => {
  const here = at.field('values');
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) here.required("must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      here.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    }
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) {
      here.required("must be specified single value when `operator` is 'Lt' or 'Gt'");
    }
  } else at.field('operator').invalid(operator, 'not a valid selector operator');
  at.field('key').faults(key, qualifiedName(key));
  if (strict) values.forEach((value, index) => here.index(index).faults(value, labelValue(value)));
};

/** The only field of a node that can be asked for is its name. */
const judgeNodeField = ({ key = '', operator = '', values = [] }: NodeRequirement, at: Place): void => {
  if (operator !== 'In' && operator !== 'NotIn') {
    at.field('operator').invalid(operator, 'not a valid selector operator');
  } else if (values.length !== 1) {
    const why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    at.field('values').required(why);
  }
  if (key !== 'metadata.name') return at.field('key').invalid(key, 'not a valid field selector key');
  values.forEach((value, index) => at.field('values').index(index).faults(value, dnsSubdomain(value)));
};

const judgePodAffinity = (affinity: PodAffinity, at: Place): void => {
  (affinity[REQUIRED] ?? []).forEach((term, index) => judgePodTerm(term, at.field(REQUIRED).index(index)));
  (affinity[PREFERRED] ?? []).forEach(({ weight, podAffinityTerm = {} }, index) => {
    const here = at.field(PREFERRED).index(index);
    judgeWeight(weight, here);
    judgePodTerm(podAffinityTerm, here.field('podAffinityTerm'));
  });
};

const judgePodTerm = (term: PodTerm, at: Place): void => {
  const { labelSelector, namespaceSelector, topologyKey = '' } = term;
  judgeLabelSelector(labelSelector, at.field('labelSelector'));
  judgeLabelSelector(namespaceSelector, at.field('namespaceSelector'));
  for (const name of term.namespaces ?? []) at.field('namespace').faults(name, dnsLabel(name));
  judgeMatchLabelKeys(term, at);
  if (topologyKey === '') at.field('topologyKey').required('can not be empty');
  at.field('topologyKey').faults(topologyKey, qualifiedName(topologyKey));
};
