import type { PolicyRule } from '@fairlead/kube';
import { coversPath } from './role.ts';

/** The part of `wanted` that `held` does not include, each taken apart to one verb on one thing. */
export const uncoveredRules = (
  held: readonly PolicyRule[],
  wanted: readonly PolicyRule[],
): readonly PolicyRule[] =>
  wanted.flatMap(takeApart).filter((part) => !held.some((rule) => covers(rule, part)));

/** So small that each part is held by a single rule, or not at all. */
const takeApart = (rule: PolicyRule): PolicyRule[] => {
  const named: readonly (readonly string[])[] = (rule.resourceNames ?? []).map((name) => [name]);
  const objects = (rule.apiGroups ?? []).flatMap((group) =>
    (rule.resources ?? []).flatMap((resource) =>
      rule.verbs.flatMap((verb) =>
        (named.length === 0 ? [undefined] : named).map((resourceNames) => ({
          apiGroups: [group],
          resources: [resource],
          verbs: [verb],
          ...(resourceNames && { resourceNames }),
        })),
      ),
    ),
  );
  const paths = (rule.nonResourceURLs ?? []).flatMap((path) =>
    rule.verbs.map((verb) => ({ nonResourceURLs: [path], verbs: [verb] })),
  );
  return [...objects, ...paths];
};

const covers = (rule: PolicyRule, part: PolicyRule): boolean =>
  includesAll(rule.verbs, part.verbs) &&
  includesAll(rule.apiGroups, part.apiGroups) &&
  (part.resources ?? []).every((resource) => coversResource(rule.resources ?? [], resource)) &&
  coversNames(rule.resourceNames ?? [], part.resourceNames ?? []) &&
  (part.nonResourceURLs ?? []).every((path) =>
    rule.nonResourceURLs?.some((known) => coversPath(known, path)),
  );

const includesAll = (held: readonly string[] = [], wanted: readonly string[] = []): boolean =>
  held.includes('*') || wanted.every((word) => held.includes(word));

const coversResource = (held: readonly string[], resource: string): boolean => {
  if (held.includes('*') || held.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && held.includes(`*${resource.slice(slash)}`);
};

/** Without names a rule is about all objects. */
const coversNames = (held: readonly string[], wanted: readonly string[]): boolean =>
  held.length === 0 || (wanted.length > 0 && wanted.every((name) => held.includes(name)));

/** Verbs on one and the same thing together, and each rule in a line, as Kubernetes lists what somebody lacks. */
export const describeRules = (rules: readonly PolicyRule[]): string[] => {
  const together = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const { verbs, ...thing } = rule;
    const key = rule.nonResourceURLs === undefined ? JSON.stringify(thing) : JSON.stringify(rule);
    const known = together.get(key);
    together.set(key, known === undefined ? rule : { ...rule, verbs: [...known.verbs, ...verbs] });
  }
  const lines = [...together.values()].map(describeRule);
  return [...new Set(lines)].sort((a, b) => (a < b ? -1 : 1));
};

const describeRule = (rule: PolicyRule): string => {
  const parts = (
    [
      ['APIGroups', rule.apiGroups],
      ['Resources', rule.resources],
      ['NonResourceURLs', rule.nonResourceURLs],
      ['ResourceNames', rule.resourceNames],
      ['Verbs', rule.verbs],
    ] as const
  ).filter(([, words]) => (words ?? []).length > 0);
  return `{${parts.map(([name, words]) => `${name}:${quotedList(words ?? [])}`).join(', ')}}`;
};

/** Go's `%q` of a list of words. */
export const quotedList = (words: readonly string[]): string =>
  `[${words.map((word) => JSON.stringify(word)).join(' ')}]`;
