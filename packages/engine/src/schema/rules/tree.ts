import type { Type } from '../../cel/type.ts';
import type { CelRule } from '../crd-props.ts';
import type { Schema } from '../structural.ts';
import { type CompiledRule, compileRule } from './compile-rule.ts';
import { declaredType, isEmbedded } from './declared-type.ts';

/** The rules of a schema, and of what is in its values. Only what leads to rules is there. */
export interface RuleNode {
  readonly schema: Schema;
  readonly rules: readonly CompiledRule[];
  /** The type of `self`; undefined where there are no rules. */
  readonly type?: Type;
  /** The fewest bytes that a value takes in JSON; from that follows how many there can be in one object. */
  readonly least: number;
  readonly properties: ReadonlyMap<string, RuleNode>;
  readonly values?: RuleNode;
  readonly items?: RuleNode;
}

const trees = new WeakMap<Schema, RuleNode | null>();

/** Compiled once for a schema; undefined when there is no rule anywhere in it, as in most. */
export const ruleTree = (schema: Schema): RuleNode | undefined => {
  const known = trees.get(schema);
  if (known !== undefined) return known ?? undefined;
  const made = nodeOf(schema, { name: SELF, resource: true });
  trees.set(schema, made ?? null);
  return made;
};

export const hasRules = (schema: Schema): boolean => ruleTree(schema) !== undefined;

/** What messages call the type of `self`; Kubernetes adds a number that changes. */
const SELF = 'selfType';

interface Place {
  readonly name: string;
  readonly resource: boolean;
}

const nodeOf = (schema: Schema, place: Place): RuleNode | undefined => {
  // Types of Go have no rules of a definition.
  if (schema.goType !== undefined) return undefined;
  const declared = schema.validations === undefined ? undefined : declaredType(schema, place);
  const rules = declared === undefined ? [] : rulesOf(schema).map((rule) => compileRule(rule, declared.type));
  const below = (part: Schema): RuleNode | undefined =>
    nodeOf(part, { name: SELF, resource: isEmbedded(part) });
  const properties = schema.type === 'object' ? Object.entries(schema.properties) : [];
  const nodes = properties.flatMap(([name, part]) => {
    const node = below(part);
    return node === undefined ? [] : [[name, node] as const];
  });
  const values = schema.type === 'map' ? below(schema.values) : undefined;
  const items = schema.type === 'array' ? below(schema.items) : undefined;
  if (rules.length === 0 && nodes.length === 0 && values === undefined && items === undefined)
    return undefined;
  return {
    schema,
    rules,
    ...(declared && { type: declared.type }),
    least: declared?.least ?? 0,
    properties: new Map(nodes),
    ...(values && { values }),
    ...(items && { items }),
  };
};

const rulesOf = ({ validations = [] }: Schema): readonly CelRule[] => validations as readonly CelRule[];
