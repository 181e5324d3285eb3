import { DYN, isDyn, isError, isExact, paramAt, type Type } from './type.ts';

/** What type parameters stand for, as far as is known. */
export type Bindings = ReadonlyMap<string, Type>;

/** The bindings under which a value of type `b` may stand where `a` is wanted; undefined when there are none. */
export const assign = (bindings: Bindings, a: readonly Type[], b: readonly Type[]): Bindings | undefined => {
  const next = new Map(bindings);
  return fitAll(next, a, b) ? next : undefined;
};

type Draft = Map<string, Type>;

const fitAll = (draft: Draft, a: readonly Type[], b: readonly Type[]): boolean =>
  a.length === b.length && a.every((type, index) => fits(draft, type, b[index] ?? DYN));

const fits = (draft: Draft, a: Type, b: Type): boolean => {
  if (b.kind === 'param') {
    const bound = bind(draft, a, b);
    if (bound !== 'open') return bound === 'bound';
  }
  if (a.kind === 'param') return bind(draft, b, a) === 'bound';
  if (isDyn(a) || isError(a) || isDyn(b) || isError(b)) return true;
  if (a.kind === 'null') return isNullable(b);
  if (b.kind === 'null') return isNullable(a);
  if (a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  return a.kind === 'object' ? isExact(a, b) : a.name === b.name && fitAll(draft, a.params, b.params);
};

const NULLABLE: ReadonlySet<string> = new Set(['null', 'opaque', 'object', 'duration', 'timestamp']);
const isNullable = (type: Type): boolean => NULLABLE.has(type.kind);

/** `open`: it cannot stand for this, but nothing is known of it yet either. */
const bind = (draft: Draft, type: Type, parameter: Type): 'bound' | 'refused' | 'open' => {
  if (isExact(type, parameter)) return 'bound';
  const known = draft.get(parameter.name);
  if (known === undefined) {
    if (!isFree(draft, parameter, type)) return 'open';
    draft.set(parameter.name, type);
    return 'bound';
  }
  if (isExact(type, known)) return 'bound';
  if (!fits(draft, type, known)) return 'refused';
  const general = moreGeneral(type, known);
  if (isFree(draft, parameter, general)) draft.set(parameter.name, general);
  return 'bound';
};

/** Whether a parameter does not occur in what it is to stand for. */
const isFree = (draft: Draft, parameter: Type, within: Type): boolean => {
  if (isExact(parameter, within)) return false;
  if (within.kind !== 'param') return within.params.every((inner) => isFree(draft, parameter, inner));
  const known = draft.get(within.name);
  return known === undefined || isFree(draft, parameter, known);
};

/** Of two types that fit, the one that says less. */
export const moreGeneral = (a: Type, b: Type): Type => (saysNoMore(a, b) ? a : b);

const saysNoMore = (a: Type, b: Type): boolean => {
  if (isDyn(a) || a.kind === 'param') return true;
  if (isDyn(b) || b.kind === 'param' || a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  return a.name === b.name && a.params.every((inner, index) => saysNoMore(inner, paramAt(b, index)));
};

/** With parameters replaced by what they stand for; `open` parameters stay, or become `dyn`. */
export const substitute = (bindings: Bindings, type: Type, openIsDyn = false): Type => {
  if (type.kind === 'param') {
    const known = bindings.get(type.name);
    if (known !== undefined) return substitute(bindings, known, openIsDyn);
    return openIsDyn ? DYN : type;
  }
  if (type.params.length === 0 || type.kind === 'object') return type;
  const params = type.params.map((inner) => substitute(bindings, inner, openIsDyn));
  return params.every((inner, index) => inner === type.params[index]) ? type : { ...type, params };
};
