import { digestOf } from '../oci/digest.ts';

/** A hash of values: 64 hexadecimal digits. The order of an object's keys does not count. */
export const hashOf = (value: unknown): string =>
  digestOf(JSON.stringify(sorted(value))).slice('sha256:'.length);

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted((value as Record<string, unknown>)[key])]));
};
