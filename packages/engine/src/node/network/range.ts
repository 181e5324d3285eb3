/** A range of IPv4 addresses, as `10.128.0.0/22`. */
export interface Range {
  readonly base: number;
  readonly bits: number;
}

/** A thousand pods and more; there are 8192 such ranges in 10.128.0.0/9. */
const bits = 22;
const size = 2 ** (32 - bits);
const first = parseAddress('10.128.0.0') ?? 0;
const count = 2 ** (bits - 9);

/** How many places for pods a range has: without its first address, the node's, and the last. */
export const placesInRange = size - 3;

/** A free one, tried from a place that differs between nodes. `undefined` when all are taken. */
export function pickRange(taken: readonly Range[], seed: number): Range | undefined {
  for (let step = 0; step < count; step += 1) {
    const range = { base: first + ((seed + step) % count) * size, bits };
    if (!taken.some((other) => overlaps(range, other))) return range;
  }
  return undefined;
}

export const nodeAddress = ({ base }: Range): string => renderAddress(base + 1);
/** Of the pod in a place, from 1. */
export const podAddressIn = ({ base }: Range, place: number): string => renderAddress(base + 1 + place);

export function overlaps(a: Range, b: Range): boolean {
  const shared = 2 ** (32 - Math.min(a.bits, b.bits));
  return Math.floor(a.base / shared) === Math.floor(b.base / shared);
}

export const renderRange = ({ base, bits }: Range): string => `${renderAddress(base)}/${bits}`;

/** An address without length is a range of one. */
export function parseRange(text: string): Range | undefined {
  const [address = '', length = '32'] = text.split('/');
  const number = parseAddress(address);
  const bits = /^\d{1,2}$/.test(length) ? Number(length) : 33;
  if (number === undefined || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  return { base: Math.floor(number / size) * size, bits };
}

export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

const renderAddress = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
