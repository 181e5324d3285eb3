import type { Checked } from './check.ts';
import { TYPE_NAMES } from './type-names.ts';
import {
  type Call,
  type Comprehension,
  type Expr,
  type Ident,
  type ListExpr,
  type Literal,
  type MapExpr,
  qualifiedName,
  type Select,
} from './expr.ts';
import { costOf, LIST_COST, MAP_COST, type Meter } from './cost.ts';
import { fieldOf, hasField, itemAt, optionalItemAt } from './access.ts';
import { accepts, type Overload } from './overload.ts';
import { Scope } from './scope.ts';
import {
  CelError,
  isList,
  isMap,
  listOfValues,
  mapOfEntries,
  Optional,
  TypeValue,
  typeNameOf,
  Uint,
  type Value,
} from './value.ts';

/** One evaluation: the variables, those of folds by their places, and the meter that runs. */
export interface Frame {
  readonly variables: ReadonlyMap<string, Value>;
  /** A fold's result may be an error that its next step absorbs. */
  readonly locals: (Value | CelError)[];
  readonly meter: Meter;
}

/** A part of an expression, ready to run. Throws `CelError` and `CostExceeded`. */
export type Step = (frame: Frame) => Value;

/** Makes an expression ready to run, once for all its evaluations. */
export const plan = (checked: Checked): Step => new Planner(checked.overloads).step(checked.expr);

class Planner {
  readonly #overloads: Checked['overloads'];
  #scope = new Scope<number>();
  #places = 0;

  constructor(overloads: Checked['overloads']) {
    this.#overloads = overloads;
  }

  step(expr: Expr): Step {
    switch (expr.kind) {
      case 'literal':
        return constant(literalOf(expr));
      case 'ident':
        return this.#ident(expr);
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'comprehension':
        return this.#fold(expr);
      case 'message':
        throw new Error('a message has no type that could be made');
      default:
        return expr satisfies never;
    }
  }

  #ident({ name }: Ident): Step {
    const place = this.#scope.get(name);
    if (place !== undefined) return local(place);
    const isType = TYPE_NAMES.has(name);
    return ({ variables, meter }) => {
      meter.spend(1);
      const value = variables.get(name);
      if (value !== undefined) return value;
      if (isType) return new TypeValue(name);
      throw new CelError(`no such attribute(s): ${name}`);
    };
  }

  #select({ operand, field, test }: Select): Step {
    const target = this.step(operand);
    if (test) return (frame) => hasField(target(frame), field);
    return (frame) => {
      const value = target(frame);
      frame.meter.spend(1);
      return fieldOf(value, field);
    };
  }

  #call(call: Call): Step {
    const prefix = call.target && this.#isNamespaced(call) ? qualifiedName(call.target) : undefined;
    const target = call.target !== undefined && prefix === undefined ? [call.target] : [];
    const args = [...target, ...call.args].map((arg) => this.step(arg));
    const special = SPECIAL.get(call.name);
    return special?.(args) ?? dispatch(this.#overloads.get(call.id) ?? [], args);
  }

  /** Whether the checker took the target for a part of the name. */
  #isNamespaced({ id, name }: Call): boolean {
    return this.#overloads.get(id)?.[0]?.name !== name;
  }

  #list({ items }: ListExpr): Step {
    const steps = items.map(({ value, optional }) => ({ step: this.step(value), optional }));
    if (items.every(({ value, optional }) => value.kind === 'literal' && !optional)) {
      const values = items.map(({ value }) => literalOf(value as Literal));
      // A list of constants is made once; an empty one is what loops begin with.
      if (values.length > 0) return constant(listOfValues(values));
    }
    return (frame) => {
      const values = steps.flatMap(({ step, optional }) => present(step(frame), optional));
      frame.meter.spend(LIST_COST);
      return listOfValues(values);
    };
  }

  #map({ entries }: MapExpr): Step {
    const steps = entries.map(({ key, value, optional }) => ({
      key: this.step(key),
      value: this.step(value),
      optional,
    }));
    return (frame) => {
      const made = steps.flatMap(({ key, value, optional }) => {
        const name = key(frame);
        return present(value(frame), optional).map((one) => [name, one] as const);
      });
      frame.meter.spend(MAP_COST);
      return mapOfEntries(made);
    };
  }

  #fold(expr: Comprehension): Step {
    const [range, init] = [this.step(expr.range), this.step(expr.init)];
    const outer = this.#scope;
    const accu = this.#places++;
    const vars = expr.iterVars.map(() => this.#places++);
    const withAccu = outer.with(expr.accuVar, accu);
    this.#scope = expr.iterVars.reduce((scope, name, index) => scope.with(name, vars[index] ?? 0), withAccu);
    const [condition, next] = [this.step(expr.condition), this.step(expr.step)];
    this.#scope = withAccu;
    const result = this.step(expr.result);
    this.#scope = outer;
    return (frame) => {
      const over = range(frame);
      frame.locals[accu] = init(frame);
      for (const values of rounds(over, vars.length > 1)) {
        vars.forEach((place, index) => (frame.locals[place] = values[index] ?? null));
        if (condition(frame) !== true) break;
        frame.locals[accu] = attempt(next, frame);
      }
      return result(frame);
    };
  }
}

/** What each round of a fold binds: the item or the key, or both of index and item, key and value. */
function* rounds(over: Value, two: boolean): Generator<readonly Value[]> {
  if (isList(over)) {
    for (let index = 0; index < over.length; index++)
      yield two ? [BigInt(index), over.at(index)] : [over.at(index)];
  } else if (isMap(over)) {
    for (const key of over.keys()) yield two ? [key, over.get(key) ?? null] : [key];
  } else {
    throw new CelError(`got '${typeNameOf(over)}', expected iterable type`);
  }
}

const attempt = (step: Step, frame: Frame): Value | CelError => {
  try {
    return step(frame);
  } catch (error) {
    if (error instanceof CelError) return error;
    throw error;
  }
};

const constant =
  (value: Value): Step =>
  () =>
    value;

const literalOf = ({ value }: Literal): Value =>
  typeof value === 'object' && value !== null && 'uint' in value ? new Uint(value.uint) : value;

const local =
  (place: number): Step =>
  ({ locals, meter }) => {
    meter.spend(1);
    const value = locals[place] ?? null;
    if (value instanceof CelError) throw value;
    return value;
  };

/** An optional part is there or not; any other is. */
const present = (value: Value, optional: boolean): Value[] => {
  if (!optional) return [value];
  if (!(value instanceof Optional))
    throw new CelError(`cannot initialize optional list element from non-optional value ${String(value)}`);
  return value.value === undefined ? [] : [value.value];
};

const dispatch = (overloads: readonly Overload[], args: readonly Step[]): Step => {
  const costs = overloads.map(costOf);
  return (frame) => {
    const values = args.map((arg) => arg(frame));
    const index = overloads.findIndex((overload) => takes(overload, values));
    const overload = overloads[index];
    if (overload === undefined) throw noOverload(overloads[0]?.name ?? '', values);
    const result = overload.run(...(values as never[]));
    frame.meter.spend(costs[index]?.(values, result) ?? 1);
    return result;
  };
};

const takes = ({ args }: Overload, values: readonly Value[]): boolean =>
  args.length === values.length && args.every((type, index) => accepts(type, values[index] ?? null));

const noOverload = (name: string, values: readonly Value[]): CelError =>
  /^\W|^_/.test(name)
    ? new CelError('no such overload')
    : new CelError(`no such overload: ${name}(${values.map(typeNameOf).join(', ')})`);

type Special = (args: readonly Step[]) => Step;

const never: Step = () => null;

/** `&&` and `||`: what decides on either side decides, also when the other one fails. */
const logical =
  (decisive: boolean): Special =>
  ([first = never, second = never]) =>
  (frame) => {
    const left = attempt(first, frame);
    if (left === decisive) return decisive;
    const right = attempt(second, frame);
    if (right === decisive) return decisive;
    for (const side of [left, right]) {
      if (side instanceof CelError) throw side;
      if (typeof side !== 'boolean') throw new CelError('no such overload');
    }
    return !decisive;
  };

const choice: Special =
  ([condition = never, yes = never, no = never]) =>
  (frame) => {
    const decided = condition(frame);
    if (typeof decided !== 'boolean') throw new CelError('no such overload');
    return decided ? yes(frame) : no(frame);
  };

const notFalse: Special =
  ([arg = never]) =>
  (frame) => {
    frame.meter.spend(1);
    return attempt(arg, frame) !== false;
  };

const access =
  (read: (target: Value, key: Value) => Value): Special =>
  ([target = never, key = never]) =>
  (frame) => {
    const [value, at] = [target(frame), key(frame)];
    frame.meter.spend(1);
    return read(value, at);
  };

const lazily =
  (use: (optional: Optional, other: Step, frame: Frame) => Value): Special =>
  ([target = never, other = never]) =>
  (frame) => {
    const value = target(frame);
    if (!(value instanceof Optional)) throw new CelError('no such overload');
    return use(value, other, frame);
  };

/** Those that do not evaluate all of their arguments, or see errors in them. */
const SPECIAL: ReadonlyMap<string, Special> = new Map<string, Special>([
  ['_&&_', logical(false)],
  ['_||_', logical(true)],
  ['_?_:_', choice],
  ['@not_strictly_false', notFalse],
  ['_[_]', access(itemAt)],
  ['_[?_]', access(optionalItemAt)],
  ['_?._', access(optionalItemAt)],
  ['or', lazily((optional, other, frame) => (optional.value === undefined ? other(frame) : optional))],
  ['orValue', lazily((optional, other, frame) => optional.value ?? other(frame))],
]);
