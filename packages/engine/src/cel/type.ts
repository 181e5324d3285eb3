/** A type of the Common Expression Language, with what a schema says of its values' sizes. */
export interface Type {
  readonly kind: Kind;
  /** What messages call it: `int`, `list`, `kubernetes.URL`; of a parameter its letter. */
  readonly name: string;
  readonly params: readonly Type[];
  /** Of an object: its fields, by their escaped names. */
  readonly fields?: ReadonlyMap<string, Type>;
  /** The most characters, items or entries that a value can have; for the estimate of costs. */
  readonly most?: number;
}

export type Kind =
  | Scalar
  | 'list'
  | 'map'
  | 'type'
  | 'object'
  /** A type of a library: `optional_type`, `kubernetes.Quantity`. */
  | 'opaque'
  | 'param';

type Scalar =
  | 'dyn'
  | 'error'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration';

const scalar = (kind: Scalar): Type => ({ kind, name: kind, params: [] });

export const DYN = scalar('dyn');
export const ERROR = scalar('error');
export const NULL = scalar('null');
export const BOOL = scalar('bool');
export const INT = scalar('int');
export const UINT = scalar('uint');
export const DOUBLE = scalar('double');
export const STRING = scalar('string');
export const BYTES = scalar('bytes');
export const TIMESTAMP = scalar('timestamp');
export const DURATION = scalar('duration');

/** By their names in signatures. */
export const SCALARS: ReadonlyMap<string, Type> = new Map(
  [DYN, NULL, BOOL, INT, UINT, DOUBLE, STRING, BYTES, TIMESTAMP, DURATION].map((type) => [type.name, type]),
);

export const listOf = (item: Type): Type => ({ kind: 'list', name: 'list', params: [item] });
export const mapOf = (key: Type, value: Type): Type => ({ kind: 'map', name: 'map', params: [key, value] });
export const typeOf = (type: Type): Type => ({ kind: 'type', name: 'type', params: [type] });
export const opaque = (name: string, params: readonly Type[] = []): Type => ({
  kind: 'opaque',
  name,
  params,
});
export const param = (name: string): Type => ({ kind: 'param', name, params: [] });
export const optionalOf = (type: Type): Type => opaque('optional_type', [type]);

export const isOptional = (type: Type): boolean => type.kind === 'opaque' && type.name === 'optional_type';
export const isDyn = (type: Type): boolean => type.kind === 'dyn';
export const isError = (type: Type): boolean => type.kind === 'error';

/** The parameter at a place that is known to have one. */
export const paramAt = (type: Type, index: number): Type => type.params[index] ?? DYN;

/** The very same type. Objects are told apart by their names, which say where in the schema they stand. */
export const isExact = (a: Type, b: Type): boolean =>
  a === b ||
  (a.kind === b.kind &&
    a.name === b.name &&
    a.params.length === b.params.length &&
    a.params.every((type, index) => isExact(type, paramAt(b, index))));

/** As messages write it: `map(string, list(int))`. */
export const renderType = (type: Type): string => {
  if (type.kind === 'error') return '!error!';
  if (type.params.length === 0) return type.name;
  return `${type.name}(${type.params.map(renderType).join(', ')})`;
};

/** What a function was called with: `(int, string)`, or `string.(int)` on a target. */
export const renderArguments = (args: readonly Type[], member: boolean): string => {
  const [first = '', ...rest] = args.map(renderType);
  return member ? `${first}.(${rest.join(', ')})` : `(${[first, ...rest].join(', ')})`;
};

/** What each round of a fold binds; undefined: nothing can be said, or the type has no items. */
export const iterationTypes = (range: Type, two: boolean): readonly Type[] | undefined => {
  if (isDyn(range) || isError(range)) return [DYN, DYN];
  if (range.kind === 'map') return [paramAt(range, 0), paramAt(range, 1)];
  if (range.kind !== 'list') return undefined;
  return two ? [INT, paramAt(range, 0)] : [paramAt(range, 0)];
};
