import { CelError, isList, isMap, NONE, Optional, typeNameOf, Uint, type Value } from './value.ts';

/** `target.field`. Of an optional the field is one, too. */
export const fieldOf = (target: Value, field: string): Value => {
  if (target instanceof Optional) return optionalItemAt(target, field);
  if (!isMap(target)) throw new CelError(`no such key: ${field}`);
  return target.get(field) ?? missing(field);
};

/** `has(target.field)`. */
export const hasField = (target: Value, field: string): boolean => {
  if (target instanceof Optional) return target.value !== undefined && hasField(target.value, field);
  return isMap(target) && target.get(field) !== undefined;
};

/** `target[key]`. */
export const itemAt = (target: Value, key: Value): Value => {
  if (target instanceof Optional) return optionalItemAt(target, key);
  if (isMap(target)) return target.get(key) ?? missing(key);
  if (!isList(target)) throw new CelError('no such overload');
  const index = indexOf(key);
  if (index < 0 || index >= target.length) throw new CelError(`index out of bounds: ${index}`);
  return target.at(index);
};

/** `target[?key]` and `target.?field`: none when it is not there. */
export const optionalItemAt = (target: Value, key: Value): Value => {
  const value = target instanceof Optional ? target.value : target;
  if (value === undefined) return NONE;
  if (isMap(value)) return some(value.get(key));
  if (!isList(value)) throw new CelError(`no such key: ${shown(key)}`);
  const index = indexOf(key);
  return index >= 0 && index < value.length ? some(value.at(index)) : NONE;
};

const some = (value: Value | undefined): Optional => (value === undefined ? NONE : new Optional(value));

const missing = (key: Value): never => {
  throw new CelError(`no such key: ${shown(key)}`);
};

const shown = (key: Value): string => String(key instanceof Uint ? key.value : key);

const indexOf = (key: Value): number => {
  const index = key instanceof Uint ? key.value : key;
  if (typeof index === 'bigint') return Number(index);
  if (typeof index === 'number' && Number.isInteger(index)) return index;
  throw new CelError(`unsupported index type '${typeNameOf(key)}' in list`);
};
