import {
  DYN,
  isOptional,
  listOf,
  mapOf,
  opaque,
  optionalOf,
  param,
  SCALARS,
  type Type,
  typeOf,
} from './type.ts';
import {
  Duration,
  isList,
  isMap,
  Opaque,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './value.ts';

/** One way to call a function. */
export interface Overload {
  readonly id: string;
  readonly name: string;
  /** Called on a target, which is the first of the arguments. */
  readonly member: boolean;
  readonly args: readonly Type[];
  readonly result: Type;
  /** The letters that stand for types. */
  readonly params: readonly string[];
  readonly run: Run;
}

export type Run = (...args: never[]) => Value;

/**
 * An overload as data: the name that costs and messages know it by, `startsWith: string.(string) -> bool` (a member)
 * or `size: (list(A)) -> int`, and what it does. Its arguments have the types that its signature says.
 */
export type Row = readonly [id: string, signature: string, run: Run];

export const overloadOf = ([id, signature, run]: Row): Overload => {
  const [, name = '', target, list = '', result = ''] =
    /^(\S+): (?:(\S.*)\.)?\((.*)\) -> (.+)$/.exec(signature) ?? [];
  const texts = [...(target === undefined ? [] : [target]), ...splitTypes(list)];
  const args = texts.map(parseType);
  return {
    id,
    name,
    member: target !== undefined,
    args,
    result: parseType(result),
    params: [...new Set(texts.flatMap((text) => text.match(/\b[A-Z]\b/g) ?? []))],
    run,
  };
};

/** At the commas that stand in no parentheses. */
const splitTypes = (list: string): string[] => {
  const parts = list.split(/,\s*(?![^(]*\))/);
  // A list within a map has two pairs of them: what was cut too early is put together again.
  return parts
    .reduce<string[]>((whole, part) => {
      const last = whole.at(-1);
      if (last !== undefined && depthOf(last) > 0) return [...whole.slice(0, -1), `${last}, ${part}`];
      return [...whole, part];
    }, [])
    .filter((part) => part !== '');
};

const depthOf = (text: string): number => text.split('(').length - text.split(')').length;

const parseType = (text: string): Type => {
  const [, name = text, inner] = /^([^(]+)\((.*)\)$/.exec(text) ?? [];
  const params = inner === undefined ? [] : splitTypes(inner).map(parseType);
  const [first = DYN, second = DYN] = params;
  switch (name) {
    case 'list':
      return listOf(first);
    case 'map':
      return mapOf(first, second);
    case 'type':
      return typeOf(first);
    case 'optional':
      return optionalOf(first);
    default:
      return SCALARS.get(name) ?? (/^[A-Z]$/.test(name) ? param(name) : opaque(`kubernetes.${name}`));
  }
};

/** Whether a value can be taken for an argument; what is in lists and maps is not looked at. */
export const accepts = (type: Type, value: Value): boolean => {
  switch (type.kind) {
    case 'dyn':
    case 'param':
    case 'error':
      return true;
    case 'list':
      return isList(value);
    case 'map':
    case 'object':
      return isMap(value);
    case 'opaque':
      return isOptional(type)
        ? value instanceof Optional
        : value instanceof Opaque && value.type === type.name;
    default:
      return acceptsScalar(type, value);
  }
};

const CLASSES: ReadonlyMap<string, abstract new (...args: never[]) => unknown> = new Map<
  string,
  abstract new (
    ...args: never[]
  ) => unknown
>([
  ['uint', Uint],
  ['bytes', Uint8Array],
  ['timestamp', Timestamp],
  ['duration', Duration],
  ['type', TypeValue],
]);

const acceptsScalar = (type: Type, value: Value): boolean => {
  const made = CLASSES.get(type.kind);
  if (made !== undefined) return value instanceof made;
  if (type.kind === 'bool') return typeof value === 'boolean';
  if (type.kind === 'int') return typeof value === 'bigint';
  if (type.kind === 'double') return typeof value === 'number';
  return type.kind === 'string' ? typeof value === 'string' : value === null;
};
