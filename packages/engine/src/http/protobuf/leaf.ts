import { formatDuration } from '../../schema/duration.ts';
import type { ScalarSchema } from '../../schema/structural.ts';
import { int32, int64 } from './integer.ts';
import { bytesOf, doubleOf, readFields, textOf, varintOf, type Wire, WireError } from './wire.ts';

/** A value that is one in JSON, whatever it is in protobuf. */
export const readLeaf = (schema: ScalarSchema, wire: Wire): unknown => {
  switch (schema.type) {
    case 'string':
      return textOf(wire);
    case 'boolean':
      return Boolean(varintOf(wire));
    case 'integer':
      return (schema.format === 'int32' ? int32 : int64)(varintOf(wire));
    case 'number':
      return doubleOf(wire);
    case 'bytes':
      return Buffer.from(bytesOf(wire)).toString('base64');
    case 'quantity':
      return textAt(bytesOf(wire), 1);
    case 'int-or-string':
      return readIntOrString(bytesOf(wire));
    case 'duration':
      return formatDuration(BigInt(integerAt(bytesOf(wire), 1)));
    case 'time':
    case 'micro-time':
      return readTime(bytesOf(wire), schema.type);
    default:
      throw new Error(`no protobuf for ${schema.type satisfies never}`);
  }
};

const integerAt = (message: Uint8Array, number: number): number | bigint => {
  const wire = readFields(message).get(number)?.at(-1);
  return wire === undefined ? 0 : int64(varintOf(wire));
};

const textAt = (message: Uint8Array, number: number): string => {
  const wire = readFields(message).get(number)?.at(-1);
  return wire === undefined ? '' : textOf(wire);
};

/** Type (0: an integer, 1: a text), integer, text. */
const readIntOrString = (message: Uint8Array): number | string => {
  const type = integerAt(message, 1);
  if (type === 0) return int32(integerAt(message, 2));
  if (type === 1) return textAt(message, 3);
  throw new WireError(`impossible IntOrString.Type ${type}`);
};

/** Seconds and nanoseconds; an empty message is no time at all. Times to the second ignore the rest, as in Go. */
const readTime = (message: Uint8Array, type: 'time' | 'micro-time'): string | null => {
  if (message.length === 0) return null;
  const micros = type === 'time' ? 0 : Math.trunc(int32(integerAt(message, 2)) / 1000);
  const seconds = Number(integerAt(message, 1)) + Math.floor(micros / 1e6);
  if (seconds === YEAR_1 && micros === 0) return null;
  if (!(seconds >= YEAR_0 && seconds < YEAR_10000)) throw new WireError('year outside of range [0,9999]');
  const written = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (type === 'time') return `${written}Z`;
  return `${written}.${String(micros - Math.floor(micros / 1e6) * 1e6).padStart(6, '0')}Z`;
};

const [YEAR_0, YEAR_1, YEAR_10000] = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '+010000-01-01T00:00:00Z',
].map((text) => Date.parse(text) / 1000) as [number, number, number];
