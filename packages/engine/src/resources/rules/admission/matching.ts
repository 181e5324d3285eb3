import type { MatchResources, ResourceRule } from '../../../admission/policy/policy.ts';
import type { Place } from '../../../schema/place.ts';
import { judgeLabelSelector } from '../selector.ts';

const POLICIES = ['Equivalent', 'Exact'];
const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];

/** What writes a policy, or a binding of one, says that it is about. */
export const judgeMatching = (given: MatchResources, at: Place): void => {
  at.field('matchPolicy').oneOf(given.matchPolicy, POLICIES);
  for (const field of ['namespaceSelector', 'objectSelector'] as const) {
    if (given[field] === undefined) at.field(field).required();
    else judgeLabelSelector(given[field], at.field(field));
  }
  for (const field of ['resourceRules', 'excludeResourceRules'] as const) {
    given[field]?.forEach((rule, index) => judgeRule(rule, at.field(field).index(index)));
  }
};

const judgeRule = (rule: ResourceRule, at: Place): void => {
  judgeNames(rule.resourceNames ?? [], at.field('resourceNames'));
  const { operations = [] } = rule;
  judgeWords(operations, 'operations', at.field('operations'));
  operations.forEach((one, index) => {
    if (!OPERATIONS.includes(one)) at.field('operations').index(index).unsupported(one, OPERATIONS);
  });
  judgeWords(rule.apiGroups ?? [], 'API groups', at.field('apiGroups'));
  judgeWords(rule.apiVersions ?? [], 'API versions', at.field('apiVersions'));
  rule.apiVersions?.forEach((one, index) => {
    if (one === '') at.field('apiVersions').index(index).required();
  });
  if ((rule.resources ?? []).length === 0) at.field('resources').required();
  rule.resources?.forEach((one, index) => {
    if (one === '') at.field('resources').index(index).required();
  });
  if (rule.scope !== undefined && !SCOPES.includes(rule.scope))
    at.field('scope').unsupported(rule.scope, SCOPES);
};

const judgeNames = (names: readonly string[], at: Place): void =>
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) at.index(index).duplicate(name);
  });

/** A star says all there is to say. */
const judgeWords = (words: readonly string[], what: string, at: Place): void => {
  if (words.length === 0) at.required();
  if (words.length > 1 && words.includes('*'))
    at.invalid(words, `if '*' is present, must not specify other ${what}`);
};
