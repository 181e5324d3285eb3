import type { Checked } from './check.ts';
import { type Call, type Comprehension, type Expr, qualifiedName, type Select } from './expr.ts';
import { LIST_COST, MAP_COST } from './cost.ts';
import { estimateCall } from './estimate-call.ts';
import { plus, type Range, range, times, union, UNKNOWN, ZERO } from './range.ts';
import { RESULT } from './macros.ts';
import { Scope } from './scope.ts';
import { INT, paramAt, type Type } from './type.ts';

/** What is known of a part: what it costs, how large its value is, what its schema says of it. */
export interface Part {
  readonly cost: Range;
  readonly type: Type;
  /** Undefined when nothing is known: anything up to all. */
  readonly size: Range | undefined;
  /** Of what is in it, where its schema does not say. */
  readonly inner?: Range | undefined;
  /** The schema to which a path leads from a variable; `lost` where the path leads nowhere. */
  readonly at?: Type | 'lost' | undefined;
  readonly literal?: unknown;
}

/**
 * The most that an expression can cost (cel-go, checker/cost.go, with Kubernetes' costs of its own functions).
 * Sizes come from the schema behind the variables. A limit of a definition, not of its evaluation: so it errs
 * wherever Kubernetes errs.
 */
export const estimateCost = (checked: Checked, root: Type): number =>
  new Estimator(checked, root).part(checked.expr).cost.max;

class Estimator {
  readonly #checked: Checked;
  readonly #root: Type;
  #scope = new Scope<Part>();

  constructor(checked: Checked, root: Type) {
    this.#checked = checked;
    this.#root = root;
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
      default:
        return expr satisfies never;
    }
  }

  #ident(name: string, type: Type): Part {
    return { ...(this.#scope.get(name) ?? placed(type, this.#root)), cost: range(1) };
  }

  #select({ operand, field, test }: Select, type: Type): Part {
    const target = this.part(operand);
    if (test) return { cost: target.cost, type, size: range(1) };
    const counted = target.type.kind === 'map' || target.type.kind === 'object';
    const cost = counted ? plus(target.cost, range(1)) : target.cost;
    return {
      ...placed(
        type,
        this.#below(target, (at) => at.fields?.get(field)),
      ),
      cost,
    };
  }

  /** One step of a path. One that begins nowhere is taken for one from the root, as Kubernetes takes it. */
  #below({ at }: Part, step: (at: Type) => Type | undefined): Type | 'lost' {
    if (at === undefined) return this.#root;
    return at === 'lost' ? 'lost' : (step(at) ?? 'lost');
  }

  #collection(
    type: Type,
    given: { readonly parts: readonly Expr[]; readonly base: number; readonly size: number },
  ): Part {
    const parts = given.parts.map((part) => this.part(part));
    const cost = parts.reduce((sum, part) => plus(sum, part.cost), range(given.base));
    return {
      cost,
      type,
      size: range(given.size),
      inner: joined(parts.map(({ size }) => size ?? UNKNOWN)) ?? ZERO,
    };
  }

  #call(call: Call, type: Type): Part {
    const args = call.args.map((arg) => this.part(arg));
    const [first] = args;
    if (call.name === 'dyn' && first !== undefined)
      return { ...first, cost: plus(first.cost, range(1)), type };
    const overloads = this.#checked.overloads.get(call.id) ?? [];
    const name = overloads[0]?.name ?? call.name;
    const target = call.target && !isPrefix(call, name) ? this.part(call.target) : undefined;
    const guesses = overloads.map((overload) => estimateCall({ overload, target, args }));
    const own =
      joined(guesses.map(({ cost }) => cost)) ?? args.reduce((sum, arg) => plus(sum, arg.cost), ZERO);
    const cost = plus(target?.cost ?? ZERO, own);
    const sizes = guesses.flatMap(({ size }) => (size === undefined ? [] : [size]));
    if (call.name === '_[_]' && first !== undefined) return { ...this.#element(first, type), cost };
    return { cost, type, size: joined(sizes) ?? typeSize(type), inner: guesses[0]?.inner };
  }

  /** An item of a list or a value of a map. */
  #element(container: Part, type: Type): Part {
    const part = placed(type, this.#below(container, elementOf));
    return { ...part, size: part.size ?? container.inner };
  }

  #fold(expr: Comprehension, type: Type): Part {
    const [over, init] = [this.part(expr.range), this.part(expr.init)];
    const outer = this.#scope;
    const withAccu = outer.with(expr.accuVar, init);
    const vars = this.#rounds(over, expr.iterVars.length);
    this.#scope = expr.iterVars.reduce(
      (scope, name, index) => scope.with(name, vars[index] ?? over),
      withAccu,
    );
    const [condition, step] = [this.part(expr.condition), this.part(expr.step)];
    this.#scope = withAccu;
    const result = this.part(expr.result);
    this.#scope = outer;
    const base = plus(plus(over.cost, init.cost), result.cost);
    // `optMap` binds a name without a loop.
    if (expr.accuVar !== RESULT) return { ...result, at: undefined, cost: base };
    const rounds = over.size ?? UNKNOWN;
    const cost = plus(base, times(rounds, plus(step.cost, condition.cost)));
    const gathers = expr.init.kind === 'list' || expr.init.kind === 'map';
    return { cost, type, size: gathers ? rounds : init.size, inner: gathers ? step.inner : undefined };
  }

  /** What each round of a fold binds. */
  #rounds(over: Part, count: number): readonly Part[] {
    const { kind } = over.type;
    if (kind !== 'map') {
      const item = this.#element(over, paramAt(over.type, 0));
      return count > 1
        ? [
            placed(
              INT,
              this.#below(over, () => undefined),
            ),
            item,
          ]
        : [item];
    }
    const key = placed(
      paramAt(over.type, 0),
      this.#below(over, (at) => at.params[0]),
    );
    return [key, this.#element(over, paramAt(over.type, 1))];
  }
}

const isPrefix = (call: Call, name: string): boolean =>
  call.target !== undefined && name === `${qualifiedName(call.target) ?? ''}.${call.name}`;

const elementOf = (at: Type): Type | undefined => {
  if (at.kind === 'list') return at.params[0];
  return at.kind === 'map' ? at.params[1] : undefined;
};

const joined = (ranges: readonly Range[]): Range | undefined =>
  ranges.reduce<Range | undefined>((all, one) => (all === undefined ? one : union(all, one)), undefined);

/** A part at a place of the schema, which says how large it can be. */
const placed = (type: Type, at: Type | 'lost'): Part => ({
  cost: ZERO,
  type,
  at,
  size: at === 'lost' ? typeSize(type) : { min: 0, max: at.most ?? 0 },
});

const FIXED: ReadonlySet<string> = new Set([
  'bool',
  'int',
  'uint',
  'double',
  'null',
  'timestamp',
  'duration',
  'type',
]);

/** Types whose values have all one size. */
const typeSize = ({ kind }: Type): Range | undefined => (FIXED.has(kind) ? range(1) : undefined);

const literalSize = (value: unknown): Range =>
  typeof value === 'string'
    ? range([...value].length)
    : range(value instanceof Uint8Array ? value.length : 1);
