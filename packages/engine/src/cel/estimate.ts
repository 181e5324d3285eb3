import type { Checked } from './check.ts';
import { type Call, type Comprehension, type Expr, qualifiedName, type Select } from './expr.ts';
import { LIST_COST, MAP_COST } from './cost.ts';
import { estimateCall } from './estimate-call.ts';
import { plus, type Range, range, times, union, UNKNOWN, ZERO } from './range.ts';
import { Scope } from './scope.ts';
import { paramAt, type Type } from './type.ts';

/** What is known of a part: what it costs, how large its value is, what its schema says of it. */
export interface Part {
  readonly cost: Range;
  readonly type: Type;
  /** Undefined when nothing is known: anything up to all. */
  readonly size: Range | undefined;
  /** Of what is in it, where its schema does not say. */
  readonly inner?: Range | undefined;
  readonly literal?: unknown;
}

/**
 * The most that an expression can cost (cel-go, checker/cost.go, with Kubernetes' costs of its own functions).
 * Sizes come from the schema behind the variables.
 */
export const estimateCost = (checked: Checked, variables: ReadonlyMap<string, Type>): number =>
  new Estimator(checked, variables).part(checked.expr).cost.max;

class Estimator {
  readonly #checked: Checked;
  readonly #variables: ReadonlyMap<string, Type>;
  #scope = new Scope<Part>();

  constructor(checked: Checked, variables: ReadonlyMap<string, Type>) {
    this.#checked = checked;
    this.#variables = variables;
  }

  part(expr: Expr): Part {
    const type = this.#checked.types.get(expr.id) as Type;
    switch (expr.kind) {
      case 'literal':
        return { cost: ZERO, type, size: literalSize(expr.value), literal: expr.value };
      case 'ident':
        return this.#ident(expr.name, type);
      case 'select':
        return this.#select(expr, type);
      case 'call':
        return this.#call(expr, type);
      case 'list':
        return this.#collection(type, {
          parts: expr.items.map(({ value }) => value),
          base: LIST_COST,
          size: expr.items.length,
        });
      case 'map': {
        const parts = expr.entries.flatMap(({ key, value }) => [key, value]);
        return this.#collection(type, { parts, base: MAP_COST, size: expr.entries.length });
      }
      case 'comprehension':
        return this.#fold(expr, type);
      case 'message':
        return { cost: ZERO, type, size: undefined };
    }
  }

  #ident(name: string, type: Type): Part {
    const local = this.#scope.get(name);
    const cost = range(1);
    if (local !== undefined) return { ...local, cost };
    return schemaPart(this.#variables.get(name) ?? type, cost);
  }

  #select({ operand, field, test }: Select, type: Type): Part {
    const target = this.part(operand);
    if (test) return { cost: target.cost, type, size: range(1) };
    const counted = ['map', 'object', 'param'].includes(target.type.kind);
    const cost = counted ? plus(target.cost, range(1)) : target.cost;
    const known =
      target.type.fields?.get(field) ?? (target.type.kind === 'map' ? paramAt(target.type, 1) : type);
    return schemaPart(known, cost);
  }

  #collection(
    type: Type,
    given: { readonly parts: readonly Expr[]; readonly base: number; readonly size: number },
  ): Part {
    const parts = given.parts.map((part) => this.part(part));
    const cost = parts.reduce((sum, part) => plus(sum, part.cost), range(given.base));
    const inner = parts
      .map(({ size }) => size ?? UNKNOWN)
      .reduce<Range | undefined>((all, size) => (all ? union(all, size) : size), undefined);
    return { cost, type, size: range(given.size), inner: inner ?? range(0) };
  }

  #call(call: Call, type: Type): Part {
    const args = call.args.map((arg) => this.part(arg));
    if (call.name === 'dyn' && args[0] !== undefined)
      return { ...args[0], cost: plus(args[0].cost, range(1)), type };
    const overloads = this.#checked.overloads.get(call.id) ?? [];
    const name = overloads[0]?.name ?? call.name;
    const target = call.target && !isPrefix(call, name) ? this.part(call.target) : undefined;
    const guesses = overloads.map((overload) => estimateCall({ overload, target, args }));
    const cost = guesses
      .map((guess) => guess.cost)
      .reduce<Range | undefined>((all, one) => (all ? union(all, one) : one), undefined);
    const whole = plus(target?.cost ?? ZERO, cost ?? args.reduce((sum, arg) => plus(sum, arg.cost), ZERO));
    if (call.name === '_[_]' || call.name === '_[?_]') return elementPart(args[0], { type, cost: whole });
    const size = guesses.find((guess) => guess.size !== undefined)?.size ?? typeSize(type);
    return { cost: whole, type, size, inner: guesses[0]?.inner };
  }

  #fold(expr: Comprehension, type: Type): Part {
    const [over, init] = [this.part(expr.range), this.part(expr.init)];
    const outer = this.#scope;
    const withAccu = outer.with(expr.accuVar, {
      ...init,
      type: this.#checked.types.get(expr.init.id) ?? type,
    });
    const vars = iterParts(over, expr.iterVars.length);
    this.#scope = expr.iterVars.reduce(
      (scope, name, index) => scope.with(name, vars[index] as Part),
      withAccu,
    );
    const [condition, step] = [this.part(expr.condition), this.part(expr.step)];
    this.#scope = withAccu;
    const result = this.part(expr.result);
    this.#scope = outer;
    const base = plus(plus(over.cost, init.cost), result.cost);
    // `optMap` binds a name without a loop.
    if (expr.accuVar !== '@result') return { ...result, cost: base };
    const rounds = over.size ?? UNKNOWN;
    const cost = plus(base, times(rounds, plus(step.cost, condition.cost)));
    const gathers = expr.init.kind === 'list' || expr.init.kind === 'map';
    return { cost, type, size: gathers ? rounds : init.size, inner: gathers ? step.inner : undefined };
  }
}

const isPrefix = (call: Call, name: string): boolean =>
  call.target !== undefined && name === `${qualifiedName(call.target) ?? ''}.${call.name}`;

const iterParts = (over: Part, count: number): readonly Part[] => {
  const cost = ZERO;
  const isMap = over.type.kind === 'map';
  const key = {
    cost,
    type: paramAt(over.type, 0),
    size: isMap ? schemaSize(paramAt(over.type, 0)) : range(1),
  };
  const value = elementPart(over, { type: paramAt(over.type, isMap ? 1 : 0), cost });
  if (count > 1) return [isMap ? key : { ...key, size: range(1) }, value];
  return isMap ? [key] : [value];
};

/** An item of a list or a value of a map: by its schema, or by what the list was made of. */
const elementPart = (container: Part | undefined, { type, cost }: Pick<Part, 'type' | 'cost'>): Part => {
  const whole = container?.type;
  const known = whole?.kind === 'list' ? paramAt(whole, 0) : whole?.kind === 'map' ? paramAt(whole, 1) : type;
  return { ...schemaPart(known, cost), size: schemaSize(known) ?? container?.inner };
};

const schemaPart = (type: Type, cost: Range): Part => ({ cost, type, size: schemaSize(type) });

const schemaSize = (type: Type): Range | undefined =>
  type.most === undefined ? typeSize(type) : { min: 0, max: type.most };

/** Types whose values have all one size. */
const typeSize = (type: Type): Range | undefined =>
  ['bool', 'int', 'uint', 'double', 'null', 'timestamp', 'duration', 'type'].includes(type.kind)
    ? range(1)
    : undefined;

const literalSize = (value: unknown): Range =>
  typeof value === 'string'
    ? range([...value].length)
    : range(value instanceof Uint8Array ? value.length : 1);
