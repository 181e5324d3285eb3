import type { Outcome } from '../../cel/program.ts';
import { CelError, NONE, Optional, type Value } from '../../cel/value.ts';
import { Correlated } from '../correlate.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  renderFieldError,
  required,
} from '../field-error.ts';
import { isObject } from '../json.ts';
import type { Schema } from '../structural.ts';
import type { CompiledRule } from './compile-rule.ts';
import { readFieldPath } from './field-path.ts';
import { schemaValue } from './schema-value.ts';
import { type RuleNode, ruleTree } from './tree.ts';
import { walkSchema } from './walk.ts';

/** What one rule may cost, and all rules for one object (apiserver, pkg/apis/cel). */
const RULE_LIMIT = 1_000_000;
const OBJECT_LIMIT = 10_000_000;
const MESSAGE_BYTES = 5 * 1024;

/** What the rules of a schema say of an object. */
export interface Judgement {
  readonly errors: readonly FieldError[];
  /** What was wrong before and has not been touched is told and let pass ("ratcheting"). */
  readonly warnings: readonly string[];
}

const FINE: Judgement = { errors: [], warnings: [] };

/** `past`: the object with what it was before. */
export const judgeRules = (
  schema: Schema,
  value: unknown,
  past?: { readonly old: unknown; readonly correlated: Correlated },
): Judgement => {
  const tree = ruleTree(schema);
  if (tree === undefined) return FINE;
  const judge = new Judge();
  judge.node(tree, { path: '', value, old: past?.old, ...(past && { now: past.correlated }) });
  return judge;
};

interface Place {
  readonly path: string;
  readonly value: unknown;
  /** What it was, where that can be said. */
  readonly old: unknown;
  /** The same for ratcheting, which may know less; `around`: of the nearest part around it that has a past. */
  readonly now?: Correlated;
  readonly around?: Correlated;
}

class Judge implements Judgement {
  readonly errors: FieldError[] = [];
  readonly warnings: string[] = [];
  #budget = OBJECT_LIMIT;
  #over = false;

  node(node: RuleNode, place: Place): void {
    if (place.value === null || place.value === undefined || this.#over) return;
    if (node.rules.length > 0) this.#rules(node, place);
    if (Array.isArray(place.value)) this.#items(node, place, place.value);
    else if (isObject(place.value)) this.#members(node, place, place.value);
  }

  #members(node: RuleNode, place: Place, value: Readonly<Record<string, unknown>>): void {
    const old = isObject(place.old) ? place.old : {};
    for (const name of Object.keys(value).sort()) {
      const below = node.values ?? node.properties.get(name);
      if (below === undefined) continue;
      const path = node.values === undefined ? joined(place.path, name) : `${place.path}[${name}]`;
      this.node(below, {
        path,
        value: value[name],
        old: Object.hasOwn(old, name) ? old[name] : undefined,
        ...withPast(place, (now) => now.key(name)),
      });
    }
  }

  #items({ items, schema }: RuleNode, place: Place, value: readonly unknown[]): void {
    if (items === undefined) return;
    const past = new Correlated(schema, value, place.old);
    value.forEach((item, index) => {
      this.node(items, {
        path: `${place.path}[${index}]`,
        value: item,
        old: past.index(index)?.old,
        ...withPast(place, (now) => now.index(index)),
      });
    });
  }

  #rules({ schema, rules }: RuleNode, place: Place): void {
    if (this.#budget <= 0)
      return this.#giveUp(
        place,
        schema,
        'validation failed due to running out of cost budget, no further validation rules will be run',
      );
    const [self, old] = [place.value, place.old ?? undefined].map((value) => readable(schema, value));
    for (const compiled of rules) {
      if (this.#over) return;
      const variables = variablesOf(compiled, self ?? null, old);
      if (variables !== undefined) this.#rule(compiled, { schema, place, variables });
    }
  }

  #giveUp({ path }: Place, schema: Schema, why: string): void {
    this.errors.push(invalid(path, typeName(schema), why));
    this.#over = true;
  }

  #rule(compiled: CompiledRule, given: Given): void {
    const { schema, place, variables } = given;
    const text = ruleText(compiled);
    const fault = (why: string) => this.errors.push(invalid(place.path, typeName(schema), why));
    if (compiled.error !== undefined) return void fault(`rule compile error: ${compiled.error}`);
    const outcome = compiled.program?.run(variables, RULE_LIMIT);
    if (outcome === undefined) return;
    if (outcome.exceeded && outcome.cost <= this.#budget) {
      const why = `'${outcome.error}': no further validation rules will be run due to call cost exceeds limit for rule: ${text}`;
      return this.#giveUp(place, schema, why);
    }
    if (outcome.cost > this.#budget) {
      return this.#giveUp(
        place,
        schema,
        'validation failed due to running out of cost budget, no further validation rules will be run',
      );
    }
    this.#budget -= outcome.cost;
    if (outcome.error !== undefined) fault(runtimeFault(outcome.error, text));
    else if (outcome.value !== true) this.#refuse(compiled, given);
  }

  #refuse(compiled: CompiledRule, given: Given): void {
    const { schema, place } = given;
    const error = errorFor(compiled, { place, schema, words: this.#message(compiled, given) });
    // A rule about a change is about what changed.
    const tolerated = !compiled.usesOldSelf && (place.now ?? place.around)?.same() === true;
    if (tolerated) this.warnings.push(renderFieldError(error));
    else this.errors.push(error);
  }

  #message(compiled: CompiledRule, { variables }: Given): string {
    const words = compiled.rule.message?.trim() || `failed rule: ${ruleText(compiled)}`;
    const outcome = compiled.message?.run(variables, RULE_LIMIT);
    if (outcome === undefined) return words;
    if (outcome.exceeded || outcome.cost > this.#budget) {
      this.#over = true;
      return outcome.exceeded
        ? `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${JSON.stringify(compiled.rule.messageExpression)}`
        : 'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run';
    }
    this.#budget -= outcome.cost;
    return usableMessage(outcome) ?? words;
  }
}

interface Given {
  readonly schema: Schema;
  readonly place: Place;
  readonly variables: ReadonlyMap<string, Value>;
}

const withPast = (
  place: Place,
  find: (now: Correlated) => Correlated | undefined,
): Pick<Place, 'now' | 'around'> => {
  if (place.now === undefined) return place.around === undefined ? {} : { around: place.around };
  const now = find(place.now);
  return { ...(now && { now }), around: place.now };
};

/** What cannot be read as its format says is seen as null: the format's own check has told of it. */
const readable = (schema: Schema, value: unknown): Value | undefined => {
  if (value === undefined) return undefined;
  try {
    return schemaValue(schema, value);
  } catch (error) {
    if (error instanceof CelError) return null;
    throw error;
  }
};

const joined = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** Undefined: a rule about a change is not asked when there is nothing to compare with. */
const variablesOf = (
  { rule, usesOldSelf }: CompiledRule,
  self: Value,
  old: Value | undefined,
): ReadonlyMap<string, Value> | undefined => {
  if (!usesOldSelf) return new Map([['self', self]]);
  if (rule.optionalOldSelf === true) {
    return new Map<string, Value>([
      ['self', self],
      ['oldSelf', old === undefined ? NONE : new Optional(old)],
    ]);
  }
  return old === undefined
    ? undefined
    : new Map([
        ['self', self],
        ['oldSelf', old],
      ]);
};

const ruleText = ({ rule }: CompiledRule): string => (rule.message?.trim() || rule.rule?.trim()) ?? '';

const runtimeFault = (error: string, text: string): string =>
  error.startsWith('no such overload')
    ? `'${error}': call arguments did not match a supported operator, function or macro signature for rule: ${text}`
    : `${error} evaluating rule: ${text}`;

/** Of several lines, empty, or too long: then the rule's own message is told. */
const usableMessage = ({ value }: Outcome): string | undefined => {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' || text.includes('\n') || Buffer.byteLength(text) > MESSAGE_BYTES ? undefined : text;
};

const errorFor = (
  { rule }: CompiledRule,
  { place, schema, words }: { readonly place: Place; readonly schema: Schema; readonly words: string },
): FieldError => {
  const below = rule.fieldPath ? readFieldPath(rule.fieldPath, schema, walkSchema) : undefined;
  const path = below === undefined ? place.path : joined(place.path, below);
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return forbidden(path, words);
    case 'FieldValueRequired':
      return required(path, words);
    case 'FieldValueDuplicate':
      return duplicate(path, typeName(schema));
    default:
      return invalid(path, typeName(schema), words);
  }
};

const typeName = ({ type }: Schema): string =>
  type === 'map' ? 'object' : type === 'int-or-string' ? '' : type;
