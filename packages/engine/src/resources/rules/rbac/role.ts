import type { KubeObject, LabelSelector } from '@fairlead/kube';
import { Place } from '../../../schema/place.ts';
import type { Rules } from '../../rules.ts';
import { judgeLabelSelector } from '../selector.ts';

interface PolicyRule {
  readonly verbs?: readonly string[] | null;
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Role extends KubeObject {
  readonly rules?: readonly PolicyRule[] | null;
  /** Of cluster roles. */
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] };
}

const isEmpty = (list: readonly unknown[] | null | undefined): boolean => (list ?? []).length === 0;

const judgeRule = (rule: PolicyRule, namespaced: boolean, at: Place): void => {
  if (isEmpty(rule.verbs)) at.field('verbs').required('verbs must contain at least one value');
  if (!isEmpty(rule.nonResourceURLs)) return judgeUrls(rule, namespaced, at.field('nonResourceURLs'));
  if (isEmpty(rule.apiGroups)) {
    at.field('apiGroups').required('resource rules must supply at least one api group');
  }
  if (isEmpty(rule.resources)) {
    at.field('resources').required('resource rules must supply at least one resource');
  }
};

/** Paths that are no resources are the cluster's, and have a rule of their own. */
const judgeUrls = (rule: PolicyRule, namespaced: boolean, at: Place): void => {
  const urls = rule.nonResourceURLs;
  if (namespaced) at.invalid(urls, 'namespaced rules cannot apply to non-resource URLs');
  if ([rule.apiGroups, rule.resources, rule.resourceNames].every(isEmpty)) return;
  at.invalid(urls, 'rules cannot apply to both regular resources and non-resource URLs');
};

const judgeAggregation = ({ aggregationRule }: Role, root: Place): void => {
  if (aggregationRule === undefined) return;
  const at = root.field('aggregationRule').field('clusterRoleSelectors');
  const { clusterRoleSelectors: selectors = [] } = aggregationRule;
  if (selectors.length === 0) {
    at.required('at least one clusterRoleSelector required if aggregationRule is non-nil');
  }
  selectors.forEach((selector, index) => {
    const here = at.index(index);
    const before = here.found.length;
    judgeLabelSelector(selector, here);
    // A selector that cannot be read is told once more, and Kubernetes shows what it read: nothing.
    if (here.found.length > before) here.invalid(null, 'invalid label selector.');
  });
};

const judge = (role: Role, namespaced: boolean, at: Place): void => {
  (role.rules ?? []).forEach((rule, index) => judgeRule(rule, namespaced, at.field('rules').index(index)));
  judgeAggregation(role, at);
};

/** A change is looked at twice, as Kubernetes does for these kinds: every cause comes twice. */
const roleRulesFor = (namespaced: boolean): Rules => ({
  complete: true,
  looks: ['whole', 'whole', 'change'],
  validate(next: Role, old: Role | undefined) {
    const at = new Place();
    judge(next, namespaced, at);
    if (old !== undefined) judge(next, namespaced, at);
    return at.found;
  },
});

export const roleRules = roleRulesFor(true);
export const clusterRoleRules = roleRulesFor(false);
