import type { KubeObject } from '@fairlead/kube';
import type { ServedResource } from '../../resources/registry.ts';
import { isObject } from '../../schema/json.ts';
import type { Schema } from '../../schema/structural.ts';
import { fieldPaths } from './field-labels.ts';
import type { FieldTerm } from './field-parse.ts';
import { type LabelTerm, parseInteger } from './label-parse.ts';

export type Matcher = (object: KubeObject) => boolean;

/** One predicate of both selectors; `undefined` when there is nothing to ask. Throws 400 for a field of no use here. */
export const compileMatcher = (
  resource: ServedResource,
  { labels, fields }: { readonly labels: readonly LabelTerm[]; readonly fields: readonly FieldTerm[] },
): Matcher | undefined => {
  if (labels.length === 0 && fields.length === 0) return undefined;
  const reads = fields.map((term) => {
    const paths = fieldPaths(resource, term.path);
    return { term, paths, absent: absentText(resource, paths[0] ?? []) };
  });
  return (object) =>
    matchesLabels(labels, object.metadata.labels) &&
    reads.every(
      ({ term, paths, absent }) => ((firstText(object, paths) ?? absent) === term.value) === term.equal,
    );
};

type Labels = Readonly<Record<string, string>> | undefined;

/** An absent key satisfies `!=` and `notin`, as in Kubernetes. */
const matchesLabels = (terms: readonly LabelTerm[], labels: Labels): boolean =>
  terms.every((term) => matchesTerm(term, labelAt(labels, term.key)));

const labelAt = (labels: Labels, key: string): string | undefined =>
  labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;

const matchesTerm = ({ operator, values }: LabelTerm, value: string | undefined): boolean => {
  if (value === undefined) return operator === 'notin' || operator === 'absent';
  switch (operator) {
    case 'in':
      return values.includes(value);
    case 'notin':
      return !values.includes(value);
    case 'gt':
    case 'lt':
      return comparesAs(operator, value, values[0] ?? '');
    default:
      return operator === 'exists';
  }
};

/** What is no integer is neither more nor less. */
const comparesAs = (operator: 'gt' | 'lt', value: string, limit: string): boolean => {
  const [left, right] = [parseInteger(value), parseInteger(limit)];
  if (left === undefined || right === undefined) return false;
  return operator === 'gt' ? left > right : left < right;
};

/** Of Go's types the zero value is compared as text; custom resources know what is absent. */
const ABSENT: Readonly<Record<string, string>> = { boolean: 'false', integer: '0' };

const absentText = ({ definition, version }: ServedResource, keys: readonly string[]): string =>
  definition.origin === 'custom' ? '' : (ABSENT[typeAt(version.schema(), keys)] ?? '');

const typeAt = (schema: Schema, keys: readonly string[]): string => {
  let found: Schema | undefined = schema;
  for (const key of keys) found = found?.type === 'object' ? found.properties[key] : undefined;
  return found?.type ?? '';
};

const firstText = (object: unknown, paths: readonly (readonly string[])[]): string | undefined => {
  for (const keys of paths) {
    const text = fieldText(object, keys);
    if (text !== undefined && text !== '') return text;
  }
  return undefined;
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
