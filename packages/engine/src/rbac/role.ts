import type { PolicyRule } from '@fairlead/kube';
import type { Attributes } from '../auth/authorizer.ts';

/** The rules of a role, ready to be asked. */
export interface Role {
  readonly rules: readonly PolicyRule[];
  allows(attributes: Attributes): boolean;
}

const NO_RULES: readonly Compiled[] = [];

/** Most rules name their resources: a question looks at those of its own resource, and at those with a star. */
export const compileRole = (rules: readonly PolicyRule[]): Role => {
  const byResource = new Map<string, Compiled[]>();
  const starred: Compiled[] = [];
  const paths: Compiled[] = [];
  for (const compiled of rules.map(compileRule)) {
    if (compiled.paths.length > 0) paths.push(compiled);
    const named = compiled.resources.filter((resource) => !resource.startsWith('*'));
    for (const resource of named) byResource.getOrInsertComputed(resource, () => []).push(compiled);
    if (named.length < compiled.resources.length) starred.push(compiled);
  }
  return {
    rules,
    allows(asked) {
      if (asked.path !== undefined)
        return paths.some((rule) => allowsPath(rule, asked.verb, asked.path ?? ''));
      const { resource, subresource } = asked;
      const whole = subresource === '' ? resource : `${resource}/${subresource}`;
      for (const rule of byResource.get(whole) ?? NO_RULES) if (allowsObject(rule, asked)) return true;
      for (const rule of starred) {
        if (starMatches(rule.resources, subresource) && allowsObject(rule, asked)) return true;
      }
      return false;
    },
  };
};

/** Undefined stands for a star: everything. */
interface Compiled {
  readonly verbs: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  readonly names: readonly string[] | undefined;
  readonly resources: readonly string[];
  readonly paths: readonly string[];
}

/** Go writes null for a list that nobody gave. */
const compileRule = (rule: PolicyRule): Compiled => ({
  verbs: unlessStarred(rule.verbs ?? []),
  groups: unlessStarred(rule.apiGroups ?? []),
  names: (rule.resourceNames ?? []).length === 0 ? undefined : rule.resourceNames,
  resources: rule.resources ?? [],
  paths: rule.nonResourceURLs ?? [],
});

const unlessStarred = (words: readonly string[]): readonly string[] | undefined =>
  words.includes('*') ? undefined : words;

const allowsObject = ({ verbs, groups, names }: Compiled, { verb, group, name }: Attributes): boolean =>
  (verbs === undefined || verbs.includes(verb)) &&
  (groups === undefined || groups.includes(group)) &&
  (names === undefined || names.includes(name));

/** A star is every resource and every part of one; `*` and a part is that part of every resource. */
const starMatches = (resources: readonly string[], subresource: string): boolean =>
  resources.includes('*') || (subresource !== '' && resources.includes(`*/${subresource}`));

const allowsPath = ({ verbs, paths }: Compiled, verb: string, path: string): boolean =>
  (verbs === undefined || verbs.includes(verb)) && paths.some((known) => coversPath(known, path));

/** A star stands at the end only, for whatever follows. */
export const coversPath = (known: string, path: string): boolean =>
  known === path || (known.endsWith('*') && path.startsWith(known.replace(/\*+$/, '')));
