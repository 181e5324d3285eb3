import { isIP } from 'node:net';

/** An IP address as Kubernetes reads it: generously. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
  /** Canonical (RFC 5952); an IPv4 address mapped into IPv6 is written as IPv4. */
  readonly text: string;
  /** Neither leading zeros nor mapped: every program reads it alike. */
  readonly strict: boolean;
}

/** `10.0.0.0/8`. */
export interface Range {
  readonly address: Address;
  readonly bits: number;
  /** The prefix's canonical text. */
  readonly text: string;
  readonly strict: boolean;
}

const MAPPED = 0xffffn << 32n;

/** Undefined when it is none. Zeros may lead the parts of an IPv4 address. */
export const parseAddress = (text: string): Address | undefined => {
  const plain = text.replace(/(^|\.)0+(?=\d)/g, '$1');
  const family = text.includes('%') ? 0 : isIP(plain);
  if (family === 0) return undefined;
  if (family === 4) return addressOf(4, valueOf4(plain), plain === text);
  const value = valueOf6(plain);
  return value >> 32n === MAPPED >> 32n
    ? addressOf(4, value & 0xffff_ffffn, false)
    : addressOf(6, value, true);
};

const addressOf = (family: 4 | 6, value: bigint, strict: boolean): Address => ({
  family,
  value,
  text: family === 4 ? renderV4(value) : renderV6(value),
  strict,
});

const valueOf4 = (text: string): bigint =>
  text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);

const valueOf6 = (text: string): bigint => {
  const hex = text.replace(/[\d.]+$/, (tail) => (tail.includes('.') ? hexOf4(tail) : tail));
  const [head = '', tail] = hex.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const between =
    tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...between, ...after].reduce(
    (value, group) => (value << 16n) | BigInt(`0x${group}`),
    0n,
  );
};

const hexOf4 = (text: string): string => {
  const value = valueOf4(text);
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
};

export const renderV4 = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');

/** The URL standard writes addresses as RFC 5952 does. */
const renderV6 = (value: bigint): string => {
  const digits = value.toString(16).padStart(32, '0');
  const groups = digits.match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
};

/** Undefined when it is none. */
export const parseRange = (text: string): Range | undefined => {
  const [, head = '', tail = ''] = /^([^/]+)\/(\d+)$/.exec(text) ?? [];
  const address = parseAddress(head);
  if (address === undefined) return undefined;
  const width = address.family === 4 ? 32 : 128;
  const bits = Number(tail) - (address.family === 4 && head.includes(':') ? 96 : 0);
  if (bits < 0 || bits > width) return undefined;
  const rest = BigInt(width - bits);
  const network = addressOf(address.family, (address.value >> rest) << rest, true);
  const strict = address.strict && tail === String(Number(tail));
  return { address, bits, text: `${network.text}/${bits}`, strict };
};

/** Whether `inner` lies in `outer` and is smaller. */
export const isWithin = (inner: Range, outer: Range): boolean => {
  if (inner.address.family !== outer.address.family || inner.bits <= outer.bits) return false;
  const rest = BigInt((outer.address.family === 4 ? 32 : 128) - outer.bits);
  return inner.address.value >> rest === outer.address.value >> rest;
};

/** What a client should know of an address that is taken as it is. */
export const addressWarnings = (field: string, text: string): string[] => {
  const address = parseAddress(text);
  if (address === undefined) return [];
  if (!address.strict) {
    return [
      `${field}: non-standard IP address ${JSON.stringify(text)} will be considered invalid in a future Kubernetes release: use ${JSON.stringify(address.text)}`,
    ];
  }
  if (address.text === text) return [];
  return [
    `${field}: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format (${JSON.stringify(address.text)})`,
  ];
};

/** The same of a range. */
export const rangeWarnings = (field: string, text: string): string[] => {
  const range = parseRange(text);
  if (range === undefined) return [];
  const { address, bits, strict } = range;
  const [shown, canonical] = [JSON.stringify(text), JSON.stringify(range.text)];
  const warnings = range.text.startsWith(`${address.text}/`)
    ? []
    : [
        `${field}: CIDR value ${shown} is ambiguous in this context (should be ${canonical} or ${JSON.stringify(`${address.text}/${address.family === 4 ? 32 : 128}`)}?)`,
      ];
  if (!strict) {
    warnings.push(
      `${field}: non-standard CIDR value ${shown} will be considered invalid in a future Kubernetes release: use ${canonical}`,
    );
  }
  if (warnings.length > 0 || `${address.text}/${bits}` === text) return warnings;
  return [`${field}: IPv6 CIDR value ${shown} should be in RFC 5952 canonical format (${canonical})`];
};
