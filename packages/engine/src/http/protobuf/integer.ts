import type { Varint } from './wire.ts';

/** Go's int32: what does not fit is cut off, as there. */
export const int32 = (value: Varint): number => Number(BigInt.asIntN(32, BigInt(value)));

/** Go's int64; beyond 2^53 a bigint, as the JSON codec has it. */
export const int64 = (value: Varint): number | bigint => {
  if (typeof value === 'number') return value;
  const signed = BigInt.asIntN(64, value);
  const number = Number(signed);
  return Number.isSafeInteger(number) ? number : signed;
};
