import { typeInvalid } from './field-error.ts';
import type { Check, Trail } from './trail.ts';

/**
 * The value is of one of these JSON types; a whole number is a number too.
 *
 * @param options.format a format that is checked: it takes the place of the type in the message
 */
export function typeCheck(
  types: readonly string[],
  options: { nullable?: boolean; format?: string } = {},
): Check {
  return (value, trail) => {
    const found = jsonType(value);
    if (found === 'null') {
      if (options.nullable !== true) trail.add(wrongType(trail, { wanted: types.join(','), value: 'null' }));
    } else if (!types.includes(found) && !(found === 'integer' && types.includes('number'))) {
      const named = options.format !== undefined && found !== 'array';
      trail.add(
        wrongType(
          trail,
          named
            ? { wanted: options.format, value: goFormat(found) }
            : { wanted: types.join(','), value: found },
        ),
      );
    }
  };
}

/** `value` is the type that was found, or the text that has not the wanted format. */
export function wrongType(trail: Trail, { wanted, value }: { wanted: string | undefined; value: string }) {
  const words = `${trail.path()} in body must be of type ${wanted}: ${JSON.stringify(value)}`;
  return typeInvalid(trail.field(), value, words);
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'bigint' ? 'integer' : typeof value;
}

const goFormat = (type: string): string => ({ integer: 'int64', number: 'float64' })[type] ?? '';
