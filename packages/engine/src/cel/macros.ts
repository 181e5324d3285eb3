import type { Call, Comprehension, Expr } from './expr.ts';
import { CelSyntaxError } from './issue.ts';
import type { Maker } from './maker.ts';

/** The variable in which a fold gathers its result; no source can name it. */
export const RESULT = '@result';

/** What a macro is given: the call, the tools, and where all that it makes is said to be. */
interface Macro {
  readonly make: Maker;
  readonly call: Call & { readonly target: Expr };
  readonly at: number;
  /** The names of the variables, and the arguments after them. */
  readonly vars: readonly string[];
  readonly args: readonly Expr[];
}

type Expand = (macro: Macro) => Expr;

/** The call as its macro has it; undefined when it is a call of a function. */
export const expandMacro = (make: Maker, call: Call): Expr | undefined => {
  if (call.target === undefined) return call.name === 'has' ? expandHas(make, call) : undefined;
  const found = MACROS.find(
    ([name, vars, counts]) => name === call.name && counts.includes(call.args.length - vars),
  );
  if (found === undefined) return undefined;
  const [, count, , expand, words = 'argument must be a simple name'] = found;
  const vars = call.args.slice(0, count).map((arg) => variable(arg, words));
  return expand({ make, call: call as Macro['call'], at: call.at, vars, args: call.args.slice(count) });
};

const expandHas = (make: Maker, call: Call): Expr | undefined => {
  const [arg] = call.args;
  if (call.args.length !== 1 || arg === undefined) return undefined;
  if (arg.kind === 'select') return make.test(call.at, arg);
  throw new CelSyntaxError({ message: 'invalid argument to has() macro', at: arg.at });
};

const variable = (arg: Expr, words: string): string => {
  if (arg.kind === 'ident') return arg.name;
  throw new CelSyntaxError({ message: words, at: arg.at });
};

const fold = (
  { make, at, call, vars }: Macro,
  parts: Pick<Comprehension, 'init' | 'condition' | 'step' | 'result'>,
): Expr => make.fold(at, { range: call.target, iterVars: vars, accuVar: RESULT, ...parts });

const all: Expand = (macro) => {
  const { make, at, args } = macro;
  const result = () => make.ident(at, RESULT);
  return fold(macro, {
    init: make.literal(at, true),
    condition: make.call(at, '@not_strictly_false', [result()]),
    step: make.call(at, '_&&_', [result(), ...args]),
    result: result(),
  });
};

const exists: Expand = (macro) => {
  const { make, at, args } = macro;
  const result = () => make.ident(at, RESULT);
  return fold(macro, {
    init: make.literal(at, false),
    condition: make.call(at, '@not_strictly_false', [make.call(at, '!_', [result()])]),
    step: make.call(at, '_||_', [result(), ...args]),
    result: result(),
  });
};

const existsOne: Expand = (macro) => {
  const { make, at, args } = macro;
  const result = () => make.ident(at, RESULT);
  const one = () => make.literal(at, 1n);
  return fold(macro, {
    init: make.literal(at, 0n),
    condition: make.literal(at, true),
    step: make.call(at, '_?_:_', [...args, make.call(at, '_+_', [result(), one()]), result()]),
    result: make.call(at, '_==_', [result(), one()]),
  });
};

/** Gathers what `grow` adds to the result, for those that a condition before the last argument lets pass. */
const gather = (macro: Macro, init: Expr, grow: (value: Expr) => Expr): Expr => {
  const { make, at, args } = macro;
  const [filter, value] = args.length > 1 ? args : [undefined, args[0]];
  const grown = grow(value as Expr);
  return fold(macro, {
    init,
    condition: make.literal(at, true),
    step: filter === undefined ? grown : make.call(at, '_?_:_', [filter, grown, make.ident(at, RESULT)]),
    result: make.ident(at, RESULT),
  });
};

const map: Expand = (macro) => {
  const { make, at } = macro;
  return gather(macro, make.list(at, []), (value) =>
    make.call(at, '_+_', [make.ident(at, RESULT), make.list(at, [{ value, optional: false }])]),
  );
};

/** Keeps the variable itself. */
const filter: Expand = (macro) => {
  const { call, args } = macro;
  return map({ ...macro, args: [...args, call.args[0] as Expr] });
};

const transformMap: Expand = (macro) => {
  const { make, at, call } = macro;
  return gather(macro, make.map(at, []), (value) =>
    make.call(at, 'cel.@mapInsert', [
      make.ident(at, RESULT),
      make.ident(at, (call.args[0] as { name: string }).name),
      value,
    ]),
  );
};

const transformMapEntry: Expand = (macro) => {
  const { make, at } = macro;
  return gather(macro, make.map(at, []), (value) =>
    make.call(at, 'cel.@mapInsert', [make.ident(at, RESULT), value]),
  );
};

/** `a.optMap(x, f(x))`: none stays none. A fold over nothing, whose result binds the value to the name. */
const optional =
  (wrap: boolean): Expand =>
  ({ make, at, call, vars, args }) => {
    const target = call.target;
    const bound = make.fold(at, {
      range: make.list(at, []),
      iterVars: ['#unused'],
      accuVar: vars[0] as string,
      init: make.call(at, 'value', [], target),
      condition: make.literal(at, false),
      step: make.ident(at, vars[0] as string),
      result: args[0] as Expr,
    });
    const some = wrap ? make.call(at, 'optional.of', [bound]) : bound;
    return make.call(at, '_?_:_', [
      make.call(at, 'hasValue', [], target),
      some,
      make.call(at, 'optional.none', []),
    ]);
  };

const IDENTIFIER = 'argument is not an identifier';

/** Macros on a target: how many arguments name variables, how many others there may be. */
const MACROS: readonly (readonly [
  name: string,
  vars: number,
  others: readonly number[],
  expand: Expand,
  words?: string,
])[] = [
  ['all', 1, [1], all],
  ['exists', 1, [1], exists],
  ['exists_one', 1, [1], existsOne],
  ['existsOne', 1, [1], existsOne],
  ['map', 1, [1, 2], map, IDENTIFIER],
  ['filter', 1, [1], filter, IDENTIFIER],
  ['all', 2, [1], all],
  ['exists', 2, [1], exists],
  ['exists_one', 2, [1], existsOne],
  ['existsOne', 2, [1], existsOne],
  ['transformList', 2, [1, 2], map],
  ['transformMap', 2, [1, 2], transformMap],
  ['transformMapEntry', 2, [1, 2], transformMapEntry],
  ['optMap', 1, [1], optional(true), 'optMap() variable name must be a simple identifier'],
  ['optFlatMap', 1, [1], optional(false), 'optFlatMap() variable name must be a simple identifier'],
];
