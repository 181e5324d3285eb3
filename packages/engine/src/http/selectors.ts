import type { KubeObject } from '@fairlead/kube';
import { isObject } from '../schema/json.ts';
import type { Schema } from '../schema/structural.ts';
import { badRequest } from './errors.ts';

/** One requirement of a label selector. `in` with one value is `=`. */
export interface LabelTerm {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | 'absent' | 'gt' | 'lt';
  readonly values: readonly string[];
}

/** One requirement of a field selector. */
export interface FieldTerm {
  readonly path: string;
  readonly equal: boolean;
  readonly value: string;
}

const KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$/;
const VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

/** Kubernetes' label selector language: `app=web,tier in (a, b),!old,x!=1`. */
export const parseLabelSelector = (text: string): readonly LabelTerm[] => {
  if (text.trim() === '') return [];
  return splitOutsideParentheses(text).map((part) => parseTerm(part.trim(), text));
};

const splitOutsideParentheses = (text: string): string[] => {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')') depth--;
    else if (text[at] === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
};

const SET = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const COMPARE = /^([^\s=!<>]+)\s*(==|=|!=|<|>)\s*(\S*)$/;
const BARE = /^(!?)\s*([^\s=!<>()]+)$/;

const parseTerm = (part: string, whole: string): LabelTerm => {
  const set = SET.exec(part);
  if (set !== null) {
    const values = (set[3] ?? '').split(',').map((value) => value.trim());
    return checkedTerm({ key: set[1] ?? '', operator: set[2] === 'in' ? 'in' : 'notin', values }, whole);
  }
  const compare = COMPARE.exec(part);
  if (compare !== null) {
    const operator = COMPARISONS[compare[2] ?? '='] ?? 'in';
    return checkedTerm({ key: compare[1] ?? '', operator, values: [compare[3] ?? ''] }, whole);
  }
  const bare = BARE.exec(part);
  if (bare === null) throw unreadable(whole, `found '${part}'`);
  return checkedTerm(
    { key: bare[2] ?? '', operator: bare[1] === '!' ? 'absent' : 'exists', values: [] },
    whole,
  );
};

const COMPARISONS: Readonly<Record<string, LabelTerm['operator']>> = {
  '=': 'in',
  '==': 'in',
  '!=': 'notin',
  '>': 'gt',
  '<': 'lt',
};

const checkedTerm = (term: LabelTerm, whole: string): LabelTerm => {
  if (!KEY.test(term.key)) throw unreadable(whole, `<nil>: Invalid value: ${JSON.stringify(term.key)}`);
  for (const value of term.values) {
    if (value.length > 63 || !VALUE.test(value)) {
      throw unreadable(whole, `values[0][${term.key}]: Invalid value: ${JSON.stringify(value)}`);
    }
  }
  return term;
};

const unreadable = (whole: string, why: string) =>
  badRequest(`unable to parse requirement: ${why} in selector ${JSON.stringify(whole)}`);

/** `metadata.name=a,status.phase!=Running`. */
export const parseFieldSelector = (text: string): readonly FieldTerm[] => {
  if (text.trim() === '') return [];
  return text
    .split(/(?<!\\),/)
    .filter((part) => part !== '')
    .map((part) => {
      const found = /^([^=!]+)(==|=|!=)(.*)$/s.exec(part);
      if (found === null) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
      const value = (found[3] ?? '').replace(/\\([\\,=])/g, '$1');
      return { path: (found[1] ?? '').trim(), equal: found[2] !== '!=', value };
    });
};

export type Labels = Readonly<Record<string, string>> | undefined;

/** An absent key satisfies `!=` and `notin`, as in Kubernetes. */
export const matchesLabels = (terms: readonly LabelTerm[], labels: Labels): boolean =>
  terms.every((term) => matchesTerm(term, labels?.[term.key]));

const matchesTerm = ({ operator, values }: LabelTerm, value: string | undefined): boolean => {
  if (value === undefined) return operator === 'notin' || operator === 'absent';
  switch (operator) {
    case 'in':
      return values.includes(value);
    case 'notin':
      return !values.includes(value);
    case 'gt':
      return Number(value) > Number(values[0]);
    case 'lt':
      return Number(value) < Number(values[0]);
    default:
      return operator === 'exists';
  }
};

export type Matcher = (object: KubeObject) => boolean;

/**
 * One predicate of both selectors; `undefined` when there is nothing to ask. `known` are the fields that this
 * kind can be selected by, name → JSON path; another one is refused.
 */
export const compileMatcher = (given: {
  readonly labels: readonly LabelTerm[];
  readonly fields: readonly FieldTerm[];
  readonly known: Readonly<Record<string, string>>;
  /** The structure of the kind: says what an absent field counts as. */
  readonly schema: () => Schema;
}): Matcher | undefined => {
  const { labels, fields } = given;
  if (labels.length === 0 && fields.length === 0) return undefined;
  const reads = fields.map((term) => {
    const keys = pathOf(term.path, given.known);
    return { term, keys, absent: ABSENT[typeAt(given.schema(), keys)] ?? '' };
  });
  return (object) =>
    matchesLabels(labels, object.metadata.labels) &&
    reads.every(
      ({ term, keys, absent }) => ((fieldText(object, keys) ?? absent) === term.value) === term.equal,
    );
};

const pathOf = (name: string, known: Readonly<Record<string, string>>): readonly string[] => {
  const path = name === 'metadata.name' || name === 'metadata.namespace' ? name : known[name];
  if (path === undefined) throw badRequest(`field label not supported: ${name}`);
  return path.replace(/^\./, '').split('.');
};

/** Go compares the zero value as text. */
const ABSENT: Readonly<Record<string, string>> = { boolean: 'false', integer: '0' };

const typeAt = (schema: Schema, keys: readonly string[]): string => {
  let found: Schema | undefined = schema;
  for (const key of keys) found = found?.type === 'object' ? found.properties[key] : undefined;
  return found?.type ?? '';
};

/** Field selectors compare text; undefined for what is absent. */
const fieldText = (object: unknown, keys: readonly string[]): string | undefined => {
  let value = object;
  for (const key of keys) {
    if (!isObject(value)) return undefined;
    value = value[key];
  }
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
};
