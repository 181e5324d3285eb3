import { DYN } from '../../cel/type.ts';
import { ENDLESS } from '../../cel/range.ts';
import { type FieldError, forbidden, invalid, OMITTED } from '../field-error.ts';
import type { Schema } from '../structural.ts';
import type { CompiledRule } from './compile-rule.ts';
import { type RuleNode, ruleTree } from './tree.ts';

/** The most that one rule, and all rules of a schema together, may cost (apiextensions, validation.go). */
const RULE_LIMIT = 10_000_000;
const SCHEMA_LIMIT = 100_000_000;
const REQUEST_BYTES = 3 * 1024 * 1024;

/** What is wrong with the rules of a schema: they do not compile, cost too much, or compare what has no past. */
export const ruleErrors = (schema: Schema, path: string): FieldError[] => {
  const tree = ruleTree(schema);
  if (tree === undefined) return [];
  const costs: Cost[] = [];
  const errors = nodeErrors(tree, { path, times: 1, costs });
  return [...errors, ...totalErrors(costs, path)];
};

interface Cost {
  readonly path: string;
  readonly cost: number;
}

interface Place {
  readonly path: string;
  /** How often there can be such a value in one object; undefined: as often as it fits in. */
  readonly times: number | undefined;
  /** The list or map around it whose items have no past. */
  readonly without?: string;
  readonly costs: Cost[];
}

const nodeErrors = (node: RuleNode, place: Place): FieldError[] => {
  const { schema } = node;
  const { path } = place;
  const atomic = schema.type === 'array' && schema.listType !== 'map';
  const below = (part: RuleNode | undefined, name: string): FieldError[] =>
    part === undefined
      ? []
      : nodeErrors(part, {
          ...place,
          path: `${path}.${name}`,
          times: timesWithin(schema, place.times),
          ...(atomic && { without: path }),
        });
  const properties = [...node.properties].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...below(node.values, 'additionalProperties'),
    ...properties.flatMap(([name, part]) => below(part, `properties[${name}]`)),
    ...below(node.items, 'items'),
    ...node.rules.flatMap((rule, index) => oneErrors(rule, { node, place, index })),
  ];
};

const timesWithin = (schema: Schema, times: number | undefined): number | undefined => {
  const most = schema.type === 'array' ? schema.maxItems : schema.type === 'map' ? schema.maxProperties : 1;
  return most === undefined || times === undefined ? undefined : Math.min(times * Math.max(0, most), ENDLESS);
};

const oneErrors = (
  compiled: CompiledRule,
  { node, place, index }: { readonly node: RuleNode; readonly place: Place; readonly index: number },
): FieldError[] => {
  const at = `${place.path}.x-kubernetes-validations[${index}]`;
  const root = node.type ?? DYN;
  const times = place.times ?? Math.floor(REQUEST_BYTES / (node.least + 1));
  const cost = Math.min((compiled.program?.estimate(root) ?? 0) * times, ENDLESS);
  const messageCost = compiled.message?.estimate(root);
  place.costs.push({ path: `${at}.rule`, cost });
  if (messageCost !== undefined) place.costs.push({ path: `${at}.messageExpression`, cost: messageCost });
  return [
    ...costErrors(`${at}.rule`, 'estimated rule cost', cost),
    ...(compiled.error === undefined ? [] : [invalidRule(`${at}.rule`, compiled, compiled.error)]),
    ...(compiled.messageError === undefined
      ? costErrors(`${at}.messageExpression`, 'estimated messageExpression cost', messageCost ?? 0)
      : [invalidRule(`${at}.messageExpression`, compiled, compiled.messageError)]),
    ...oldSelfErrors(compiled, at, place.without),
  ];
};

const costErrors = (path: string, name: string, cost: number): FieldError[] =>
  cost > RULE_LIMIT ? [forbidden(path, tooExpensive(name, cost / RULE_LIMIT))] : [];

const tooExpensive = (name: string, factor: number): string => {
  const times = factor > 100 ? 'more than 100x' : `${factor.toFixed(factor < 1.5 ? 6 : 1)}x`;
  return `${name} exceeds budget by factor of ${times} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
};

/** The rule is shown as Go marshals its struct. */
const invalidRule = (path: string, { rule }: CompiledRule, why: string): FieldError => {
  const shown = JSON.stringify({
    Rule: rule.rule ?? '',
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  });
  const escaped = shown.replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
  return invalid(path, OMITTED, `${escaped}: ${why}`);
};

const oldSelfErrors = (
  { rule, usesOldSelf }: CompiledRule,
  at: string,
  without: string | undefined,
): FieldError[] => {
  if (usesOldSelf && without !== undefined) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${without}`;
    return [invalid(`${at}.rule`, rule.rule, why)];
  }
  if (usesOldSelf || rule.optionalOldSelf === undefined) return [];
  return [
    invalid(`${at}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'),
  ];
};

/** The few that cost most are named. */
const totalErrors = (costs: readonly Cost[], path: string): FieldError[] => {
  const total = Math.min(
    costs.reduce((sum, { cost }) => sum + cost, 0),
    ENDLESS,
  );
  if (total <= SCHEMA_LIMIT) return [];
  const expensive = costs
    .filter(({ cost }) => cost >= SCHEMA_LIMIT / 100)
    .sort((a, b) => b.cost - a.cost)
    .slice(0, 4);
  const name = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
  return [
    ...expensive.map((one) =>
      forbidden(
        one.path,
        'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema',
      ),
    ),
    forbidden(path, tooExpensive(name, total / SCHEMA_LIMIT)),
  ];
};
