import type { Literal } from './expr.ts';
import * as types from './type.ts';
import { DYN, optionalOf, type Type } from './type.ts';

/** The type of a literal. */
export const literalType = ({ value }: Literal): Type => {
  if (value === null) return types.NULL;
  if (value instanceof Uint8Array) return types.BYTES;
  const names: Readonly<Record<string, Type>> = {
    boolean: types.BOOL,
    bigint: types.INT,
    number: types.DOUBLE,
    string: types.STRING,
  };
  return names[typeof value] ?? types.UINT;
};

/** Types can be named, to be compared with what `type()` gives. */
export const TYPE_NAMES: ReadonlyMap<string, Type> = new Map(
  ['bool', 'int', 'uint', 'double', 'string', 'bytes']
    .map((name) => [name, types.SCALARS.get(name) as Type] as const)
    .concat([
      ['list', types.listOf(DYN)],
      ['map', types.mapOf(DYN, DYN)],
      ['null_type', types.NULL],
      ['type', types.typeOf(DYN)],
      ['optional_type', optionalOf(DYN)],
    ]),
);
