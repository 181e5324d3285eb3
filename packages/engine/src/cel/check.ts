import {
  type Call,
  type Comprehension,
  type Expr,
  type Ident,
  type Literal,
  type MapExpr,
  qualifiedName,
  type Select,
} from './expr.ts';
import type { Issue } from './issue.ts';
import { overloadsOf } from './library.ts';
import type { Overload } from './overload.ts';
import { Scope } from './scope.ts';
import * as types from './type.ts';
import {
  DYN,
  ERROR,
  isDyn,
  isError,
  isOptional,
  iterationTypes,
  optionalOf,
  paramAt,
  renderArguments,
  renderType,
  type Type,
} from './type.ts';
import { literalType, TYPE_NAMES } from './type-names.ts';
import { assign, type Bindings, moreGeneral, substitute } from './unify.ts';

/** What is known of an expression that fits its variables. */
export interface Checked {
  readonly expr: Expr;
  readonly type: Type;
  /** By the ids of nodes. */
  readonly types: ReadonlyMap<number, Type>;
  readonly overloads: ReadonlyMap<number, readonly Overload[]>;
  /** Which of the variables it speaks of. */
  readonly uses: ReadonlySet<string>;
  readonly issues: readonly Issue[];
}

/** Finds the type of every part, and what does not fit, in the words of the Go implementation. */
export const check = (expr: Expr, variables: ReadonlyMap<string, Type>): Checked =>
  new Checker(variables).whole(expr);

class Checker {
  readonly #variables: ReadonlyMap<string, Type>;
  readonly #types = new Map<number, Type>();
  readonly #overloads = new Map<number, readonly Overload[]>();
  readonly #uses = new Set<string>();
  readonly #issues: Issue[] = [];
  #scope = new Scope<Type>();
  #bindings: Bindings = new Map();
  #made = 0;

  constructor(variables: ReadonlyMap<string, Type>) {
    this.#variables = variables;
  }

  whole(expr: Expr): Checked {
    this.#check(expr);
    for (const [id, type] of this.#types) this.#types.set(id, substitute(this.#bindings, type, true));
    return {
      expr,
      type: this.#types.get(expr.id) ?? ERROR,
      types: this.#types,
      overloads: this.#overloads,
      uses: this.#uses,
      issues: this.#issues,
    };
  }

  #check(expr: Expr): Type {
    const type = this.#typeOf(expr);
    this.#types.set(expr.id, type);
    return type;
  }

  #typeOf(expr: Expr): Type {
    switch (expr.kind) {
      case 'literal':
        return literalType(expr);
      case 'ident':
        return this.#ident(expr);
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return types.listOf(this.#join(expr.items));
      case 'map':
        return this.#map(expr);
      case 'comprehension':
        return this.#fold(expr);
      case 'message':
        return this.#undeclared(expr, expr.name);
      default:
        return expr satisfies never;
    }
  }

  #say({ at }: Expr, message: string): Type {
    this.#issues.push({ at, message });
    return ERROR;
  }

  #undeclared(expr: Expr, name: string): Type {
    return this.#say(expr, `undeclared reference to '${name}' (in container '')`);
  }

  #mismatch(expr: Expr, expected: Type, found: Type): Type {
    const [a, b] = [expected, found].map((type) => renderType(substitute(this.#bindings, type, true)));
    return this.#say(expr, `expected type '${a}' but found '${b}'`);
  }

  #assign(wanted: readonly Type[], found: readonly Type[]): boolean {
    const bindings = assign(this.#bindings, wanted, found);
    this.#bindings = bindings ?? this.#bindings;
    return bindings !== undefined;
  }

  #known(type: Type): Type {
    return substitute(this.#bindings, type);
  }

  #fresh(): Type {
    return types.param(`_var${this.#made++}`);
  }

  #ident(expr: Ident): Type {
    const local = this.#scope.get(expr.name);
    if (local !== undefined) return local;
    const variable = this.#variables.get(expr.name);
    if (variable !== undefined) this.#uses.add(expr.name);
    if (variable !== undefined) return variable;
    const named = TYPE_NAMES.get(expr.name);
    return named === undefined ? this.#undeclared(expr, expr.name) : types.typeOf(named);
  }

  #select(expr: Select): Type {
    const type = this.#field(expr, { operand: expr.operand, field: expr.field });
    return expr.test ? types.BOOL : this.#known(type);
  }

  #field(at: Expr, { operand, field }: Pick<Select, 'operand' | 'field'>, optional = false): Type {
    const found = this.#known(this.#check(operand));
    const isOpt = isOptional(found);
    const type = this.#memberType(at, isOpt ? paramAt(found, 0) : found, field);
    return isOpt || optional ? optionalOf(type) : type;
  }

  #memberType(at: Expr, target: Type, field: string): Type {
    switch (target.kind) {
      case 'map':
        return paramAt(target, 1);
      case 'object':
        return target.fields?.get(field) ?? this.#say(at, `undefined field '${field}'`);
      case 'param':
        this.#assign([DYN], [target]);
        return DYN;
      default:
        if (!isDyn(target) && !isError(target)) {
          this.#say(at, `type '${renderType(target)}' does not support field selection`);
        }
        return DYN;
    }
  }

  #call(call: Call): Type {
    if (call.name === '_?._') return this.#optionalField(call);
    const args = call.args.map((arg) => this.#check(arg));
    const prefix = call.target && qualifiedName(call.target);
    const namespaced = prefix === undefined ? undefined : overloadsOf(`${prefix}.${call.name}`);
    if (namespaced !== undefined) return this.#resolve(call, namespaced, args);
    const target = call.target && this.#check(call.target);
    const overloads = overloadsOf(call.name);
    if (overloads === undefined) return this.#undeclared(call, call.name);
    return this.#resolve(
      call,
      overloads,
      target === undefined ? args : [target, ...args],
      target !== undefined,
    );
  }

  #optionalField(call: Call): Type {
    const [operand, field] = call.args as readonly [Expr, Literal];
    this.#check(field);
    return this.#known(this.#field(call, { operand, field: String(field.value) }, true));
  }

  // oxlint-disable-next-line max-params -- the call, and how it was read
  #resolve(call: Call, overloads: readonly Overload[], args: readonly Type[], member = false): Type {
    if (call.name === '_&&_' || call.name === '_||_') return this.#logical(call, overloads, args);
    const fitting: Overload[] = [];
    let result: Type | undefined;
    for (const overload of overloads) {
      if (overload.member !== member) continue;
      const type = this.#resultOf(overload, args);
      if (type === undefined) continue;
      fitting.push(overload);
      const differs = result !== undefined && !isDyn(result) && !types.isExact(type, result);
      result = differs ? DYN : (result ?? type);
    }
    this.#overloads.set(call.id, fitting);
    return result ?? this.#noOverload(call, { name: overloads[0]?.name ?? call.name, args, member });
  }

  #resultOf(overload: Overload, args: readonly Type[]): Type | undefined {
    const letters: Bindings = new Map(overload.params.map((name) => [name, this.#fresh()]));
    const wanted =
      overload.params.length === 0 ? overload.args : overload.args.map((type) => substitute(letters, type));
    if (!this.#assign(args, wanted)) return undefined;
    return this.#known(substitute(letters, overload.result));
  }

  #noOverload(
    call: Call,
    {
      name,
      args,
      member,
    }: { readonly name: string; readonly args: readonly Type[]; readonly member: boolean },
  ): Type {
    const found = args.map((type) => substitute(this.#bindings, type, true));
    return this.#say(
      call,
      `found no matching overload for '${name}' applied to '${renderArguments(found, member)}'`,
    );
  }

  #logical(call: Call, overloads: readonly Overload[], args: readonly Type[]): Type {
    this.#overloads.set(call.id, overloads);
    const wrong = call.args.filter((arg, index) => {
      const type = args[index] ?? DYN;
      if (this.#assign([type], [types.BOOL])) return false;
      this.#mismatch(arg, types.BOOL, type);
      return true;
    });
    return wrong.length > 0 ? ERROR : types.BOOL;
  }

  /** The type that all have in common; they must agree. */
  #join(entries: readonly { readonly value: Expr; readonly optional: boolean }[]): Type {
    let joined: Type | undefined;
    for (const { value, optional } of entries) {
      let type = this.#check(value);
      if (optional && isOptional(type)) type = paramAt(type, 0);
      else if (optional && !isDyn(type)) this.#mismatch(value, optionalOf(type), type);
      joined = this.#agree(value, joined, type);
    }
    return joined ?? this.#fresh();
  }

  #agree(expr: Expr, before: Type | undefined, type: Type): Type {
    if (before === undefined) return type;
    return this.#assign([before], [type]) ? moreGeneral(before, type) : this.#mismatch(expr, before, type);
  }

  #map({ entries }: MapExpr): Type {
    const key = this.#join(entries.map((entry) => ({ value: entry.key, optional: false })));
    return types.mapOf(key, this.#join(entries));
  }

  #fold(expr: Comprehension): Type {
    const range = this.#known(this.#check(expr.range));
    const accu = this.#check(expr.init);
    const outer = this.#scope;
    const withAccu = outer.with(expr.accuVar, accu);
    const vars = this.#iterTypes(expr, range);
    this.#scope = expr.iterVars.reduce(
      (scope, name, index) => scope.with(name, vars[index] ?? DYN),
      withAccu,
    );
    this.#expect(expr.condition, types.BOOL);
    this.#expect(expr.step, accu);
    this.#scope = withAccu;
    const result = this.#check(expr.result);
    this.#scope = outer;
    return this.#known(result);
  }

  #expect(expr: Expr, type: Type): void {
    const found = this.#check(expr);
    if (!this.#assign([type], [found])) this.#mismatch(expr, type, found);
  }

  #iterTypes({ range: expr, iterVars }: Comprehension, range: Type): readonly Type[] {
    const found = iterationTypes(range, iterVars.length > 1);
    if (found !== undefined) return found;
    if (range.kind === 'param') this.#assign([DYN], [range]);
    else this.#say(expr, `expression of type '${renderType(range)}' ${NO_RANGE}`);
    return [DYN, DYN];
  }
}

const NO_RANGE = 'cannot be range of a comprehension (must be list, map, or dynamic)';
