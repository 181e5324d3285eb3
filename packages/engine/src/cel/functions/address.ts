import { isIPv4, isIPv6 } from 'node:net';
import type { Row } from '../overload.ts';
import { CelError, Opaque } from '../value.ts';

/** An IP address, as its bytes. */
class Address extends Opaque {
  readonly type = 'kubernetes.IP';
  readonly bytes: readonly number[];

  constructor(bytes: readonly number[]) {
    super();
    this.bytes = bytes;
  }

  override get size(): number {
    return this.bytes.length;
  }

  equals(other: Address): boolean {
    return this.text() === other.text();
  }

  text(): string {
    return this.bytes.length === 4 ? this.bytes.join('.') : compressed(this.bytes);
  }
}

/** RFC 5952: the longest run of two zero groups or more, the first of them, is left out. */
const compressed = (bytes: readonly number[]): string => {
  const groups = Array.from(
    { length: 8 },
    (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0),
  );
  const text = groups.map((group) => group.toString(16)).join(':');
  const runs = [...text.matchAll(/(?:^|(?<=:))0(?::0)+(?=:|$)/g)];
  const longest = runs.reduce((best, run) => (run[0].length > best.length ? run[0] : best), '');
  if (longest === '') return text;
  const at = runs.find(([run]) => run === longest)?.index ?? 0;
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
};

class Cidr extends Opaque {
  readonly type = 'kubernetes.CIDR';
  readonly address: Address;
  readonly bits: number;

  constructor(address: Address, bits: number) {
    super();
    this.address = address;
    this.bits = bits;
  }

  override get size(): number {
    return Math.ceil(this.bits / 8);
  }

  equals(other: Cidr): boolean {
    return this.text() === other.text();
  }

  text(): string {
    return `${this.address.text()}/${this.bits}`;
  }

  holds(address: Address): boolean {
    const same = address.bytes.length === this.address.bytes.length;
    return same && maskedTo(address, this.bits).equals(maskedTo(this.address, this.bits));
  }
}

const maskedTo = ({ bytes }: Address, bits: number): Address =>
  new Address(
    bytes.map((byte, index) => {
      const kept = Math.max(0, Math.min(8, bits - index * 8));
      return byte & (0xff << (8 - kept)) & 0xff;
    }),
  );

const readIp = (text: string): Address => {
  if (isIPv4(text) && !/(^|\.)0\d/.test(text)) return new Address(text.split('.').map(Number));
  if (!isIPv6(text))
    throw new CelError(
      `IP Address ${quoted(text)} parse error during conversion from string: ParseAddr(${quoted(text)}): ${whyNot(text)}`,
    );
  if (text.includes('%')) throw new CelError(`IP address ${quoted(text)} with zone value is not allowed`);
  const bytes = bytesOf(text);
  if (isMapped(bytes)) throw new CelError(`IPv4-mapped IPv6 address ${quoted(text)} is not allowed`);
  return new Address(bytes);
};

const quoted = (text: string): string => JSON.stringify(text);

const whyNot = (text: string): string => (/[.:]/.test(text) ? 'unexpected character' : 'unable to parse IP');

const bytesOf = (text: string): number[] => {
  const whole = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = whole.split('::');
  const groups = (part: string | undefined) => (part ? part.split(':') : []);
  const [first, last] = [groups(head), groups(tail)];
  const gap = tail === undefined ? 0 : 8 - first.length - last.length;
  const all = [...first, ...Array.from({ length: gap }, () => '0'), ...last];
  return all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]);
};

const isMapped = (bytes: readonly number[]): boolean =>
  bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;

const readCidr = (text: string): Cidr => {
  const fail = (why: string): never => {
    const words = 'network address parse error during conversion from string: ';
    throw new CelError(`${words}${words}netip.ParsePrefix(${quoted(text)}): ${why}`);
  };
  const slash = text.lastIndexOf('/');
  if (slash < 0) return fail("no '/'");
  const [address, bits] = [text.slice(0, slash), text.slice(slash + 1)];
  if (!isIPv4(address) && !isIPv6(address)) return fail(`ParseAddr(${quoted(address)}): ${whyNot(address)}`);
  if (!/^(0|[1-9]\d*)$/.test(bits)) return fail(`bad bits after slash: ${quoted(bits)}`);
  const ip = readIp(address);
  if (Number(bits) > ip.bytes.length * 8) return fail('prefix length out of range');
  return new Cidr(ip, Number(bits));
};

/** Whether something can be read. */
export const reads = (read: (text: string) => unknown, text: string): boolean => {
  try {
    read(text);
    return true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
};

const isMulticast = ({ bytes }: Address): boolean =>
  bytes.length === 4 ? ((bytes[0] ?? 0) & 0xf0) === 0xe0 : bytes[0] === 0xff;
const isLoopback = ({ bytes }: Address): boolean =>
  bytes.length === 4 ? bytes[0] === 127 : bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1;
const isUnspecified = ({ bytes }: Address): boolean => bytes.every((byte) => byte === 0);
const isLinkLocalUnicast = ({ bytes: [a = 0, b = 0], bytes }: Address): boolean =>
  bytes.length === 4 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80;
const isLinkLocalMulticast = ({ bytes: [a, b = 0, c], bytes }: Address): boolean =>
  bytes.length === 4 ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 0x02;
const isGlobalUnicast = (ip: Address): boolean =>
  !isUnspecified(ip) &&
  !isLoopback(ip) &&
  !isMulticast(ip) &&
  !isLinkLocalUnicast(ip) &&
  !ip.bytes.every((byte, _, { length }) => length === 4 && byte === 255);

const contains = (cidr: Cidr, other: Cidr): boolean => cidr.bits <= other.bits && cidr.holds(other.address);

export const ADDRESSES: readonly Row[] = [
  ['string_to_ip', 'ip: (string) -> IP', readIp],
  ['ip_family', 'family: IP.() -> int', ({ bytes }: Address) => (bytes.length === 4 ? 4n : 6n)],
  ['ip_is_canonical', 'ip.isCanonical: (string) -> bool', (text: string) => readIp(text).text() === text],
  ['ip_is_unspecified', 'isUnspecified: IP.() -> bool', isUnspecified],
  ['ip_is_loopback', 'isLoopback: IP.() -> bool', isLoopback],
  ['ip_is_link_local_multicast', 'isLinkLocalMulticast: IP.() -> bool', isLinkLocalMulticast],
  ['ip_is_link_local_unicast', 'isLinkLocalUnicast: IP.() -> bool', isLinkLocalUnicast],
  ['ip_is_global_unicast', 'isGlobalUnicast: IP.() -> bool', isGlobalUnicast],
  ['is_ip', 'isIP: (string) -> bool', (text: string) => reads(readIp, text)],
  ['ip_to_string', 'string: (IP) -> string', (ip: Address) => ip.text()],
  ['string_to_cidr', 'cidr: (string) -> CIDR', readCidr],
  [
    'cidr_contains_ip_string',
    'containsIP: CIDR.(string) -> bool',
    (cidr: Cidr, text: string) => cidr.holds(readIp(text)),
  ],
  ['cidr_contains_ip_ip', 'containsIP: CIDR.(IP) -> bool', (cidr: Cidr, ip: Address) => cidr.holds(ip)],
  [
    'cidr_contains_cidr_string',
    'containsCIDR: CIDR.(string) -> bool',
    (cidr: Cidr, text: string) => contains(cidr, readCidr(text)),
  ],
  ['cidr_contains_cidr', 'containsCIDR: CIDR.(CIDR) -> bool', contains],
  ['cidr_ip', 'ip: CIDR.() -> IP', ({ address }: Cidr) => address],
  ['cidr_prefix_length', 'prefixLength: CIDR.() -> int', ({ bits }: Cidr) => BigInt(bits)],
  [
    'cidr_masked',
    'masked: CIDR.() -> CIDR',
    ({ address, bits }: Cidr) => new Cidr(maskedTo(address, bits), bits),
  ],
  ['is_cidr', 'isCIDR: (string) -> bool', (text: string) => reads(readCidr, text)],
  ['cidr_to_string', 'string: (CIDR) -> string', (cidr: Cidr) => cidr.text()],
];
