import { type DecodeContext, DecodeError } from './decode-context.ts';
import { DurationError, formatDuration, readDuration } from './duration.ts';
import { goTypeName, jsonKind } from './go-types.ts';
import { formatQuantity, QUANTITY_FORMAT_ERROR, QuantityError, readQuantity } from './quantity.ts';
import type { ScalarSchema } from './structural.ts';
import { readMicroTime, readTime, TimeError } from './time.ts';

/** Reads a value that is not null; undefined when it does not become one. */
export type ScalarDecoder = (value: unknown, context: DecodeContext) => unknown;

const INT64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;

const INT_SIZES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: INT64,
};

/** How Go's types read and write their value: the result is what Go would write back. */
export function scalarDecoder(schema: ScalarSchema): ScalarDecoder {
  switch (schema.type) {
    case 'string':
      return typed(schema, 'string');
    case 'boolean':
      return typed(schema, 'boolean');
    case 'number':
      return (value, context) =>
        typeof value === 'bigint' ? Number(value) : typed(schema, 'number')(value, context);
    case 'integer':
      return integer(schema);
    case 'bytes':
      return (value, context) => bytes(schema, value, context);
    default:
      return codecs[schema.type] as ScalarDecoder;
  }
}

const typed =
  (schema: ScalarSchema, type: string): ScalarDecoder =>
  (value, context) => {
    if (typeof value === type) return value;
    context.mismatch(schema, jsonKind(value));
    return undefined;
  };

function integer(schema: ScalarSchema): ScalarDecoder {
  const [min, max] = INT_SIZES[goTypeName(schema)] ?? INT_SIZES[schema.format ?? 'int64'] ?? INT64;
  const [low, high] = [Number(min), Number(max)];
  return (value, context) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value;
    if (typeof value === 'bigint' && value >= min && value <= max) return value;
    const number = typeof value === 'number' || typeof value === 'bigint';
    context.mismatch(schema, number ? `number ${value}` : jsonKind(value));
    return undefined;
  };
}

function bytes(schema: ScalarSchema, value: unknown, context: DecodeContext): unknown {
  if (typeof value !== 'string') return typed(schema, 'string')(value, context);
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)) return value;
  // Go skips line ends.
  const joined = value.replace(/[\r\n]/g, '');
  if (joined.length < value.length) return bytes(schema, joined, context);
  context.error ??= `illegal base64 data at input byte ${firstBadByte(value)}`;
  return undefined;
}

function firstBadByte(text: string): number {
  const wrong = /[^A-Za-z0-9+/]/.exec(text);
  if (wrong === null) return text.length - (text.length % 4);
  const padded = wrong[0] === '=' && wrong.index % 4 >= 2;
  if (!padded) return wrong.index;
  const length = wrong.index % 4 === 2 ? 2 : 1;
  const rest = text.slice(wrong.index);
  if (rest.length < length || rest.slice(0, length) !== '='.repeat(length))
    return Math.min(text.length, wrong.index + rest.length);
  return wrong.index + length;
}

/** A codec of its own gives up the whole document, and Go adds where it was to type errors only. */
const codecs: Readonly<Record<string, ScalarDecoder>> = {
  quantity(value) {
    if (typeof value === 'boolean' || typeof value === 'object') throw new DecodeError(QUANTITY_FORMAT_ERROR);
    return guarded(() => formatQuantity(readQuantity(value as string | number)));
  },
  time: (value, context) => guarded(() => readTime(text(value, context)) ?? null),
  'micro-time': (value, context) => guarded(() => readMicroTime(text(value, context)) ?? null),
  duration: (value, context) => guarded(() => formatDuration(readDuration(text(value, context)))),
  'int-or-string'(value, context) {
    if (typeof value === 'string') return value;
    if (Number.isInteger(value) && Math.abs(value as number) < 2 ** 31) return value;
    const found =
      typeof value === 'number' || typeof value === 'bigint' ? `number ${value}` : jsonKind(value);
    throw new DecodeError(context.mismatchMessage(found, 'int32'));
  },
};

function text(value: unknown, context: DecodeContext): string {
  if (typeof value === 'string') return value;
  throw new DecodeError(context.mismatchMessage(jsonKind(value), 'string'));
}

function guarded(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    const refused =
      error instanceof TimeError || error instanceof QuantityError || error instanceof DurationError;
    throw refused ? new DecodeError(error.message) : error;
  }
}
