import { isDeepStrictEqual } from 'node:util';
import { type ClusterRole, matchesSelector, type PolicyRule } from '@fairlead/kube';

/** The rules of a role that gathers those of others: selector by selector, by name, each rule once. */
export function desiredRules(role: ClusterRole, all: readonly ClusterRole[]): readonly PolicyRule[] {
  const others = all
    .filter(({ metadata }) => metadata.name !== role.metadata.name)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const selectors = role.aggregationRule?.clusterRoleSelectors ?? [];
  const rules: PolicyRule[] = [];
  for (const selector of selectors) {
    const gathered = others.filter(({ metadata }) => matchesSelector(selector, metadata.labels ?? {}));
    for (const rule of gathered.flatMap(({ rules: own }) => own ?? [])) {
      if (!rules.some((known) => isDeepStrictEqual(known, rule))) rules.push(rule);
    }
  }
  return rules;
}
