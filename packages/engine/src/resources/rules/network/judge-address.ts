import type { Place } from '../../../schema/place.ts';
import { type Address, parseAddress, parseRange } from './address.ts';

/** Fields that are older than the strict rules: what stood there before may stand there again. */
export const judgeAddress = (text: string, at: Place, known: readonly string[] = []): boolean => {
  if (known.includes(text) || parseAddress(text) !== undefined) return true;
  at.invalid(text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)');
  return false;
};

/** The same of a range. */
export const judgeRange = (text: string, at: Place, known: readonly string[] = []): void => {
  if (known.includes(text) || parseRange(text) !== undefined) return;
  at.invalid(text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)');
};

/** For new fields and IPv6: one way of writing only. */
export const judgeStrictAddress = (text: string, at: Place): boolean => {
  if (!judgeAddress(text, at)) return false;
  const { strict, text: canonical } = parseAddress(text) as Address;
  if (!strict) {
    at.invalid(
      text,
      text.includes(':') ? 'must not be an IPv4-mapped IPv6 address' : 'must not have leading 0s',
    );
  } else if (canonical !== text) at.invalid(text, `must be in canonical form (${JSON.stringify(canonical)})`);
  return strict && canonical === text;
};

interface Special {
  readonly holds: (address: Address, text: string) => boolean;
  readonly words: (text: string) => string;
}

/** The first bits of an address, by its family. */
type Beginning = Readonly<Record<4 | 6, readonly [value: bigint, bits: number]>>;

const within =
  (beginning: Beginning) =>
  ({ family, value }: Address): boolean => {
    const [wanted, bits] = beginning[family];
    return value >> BigInt((family === 4 ? 32 : 128) - bits) === wanted;
  };

const unspecified: Special = {
  holds: ({ value }) => value === 0n,
  words: (text) => `may not be unspecified (${text})`,
};
const loopback: Special = {
  holds: within({ 4: [127n, 8], 6: [1n, 128] }),
  words: () => 'may not be in the loopback range (127.0.0.0/8, ::1/128)',
};
const linkLocal: Special = {
  holds: within({ 4: [0xa9fen, 16], 6: [0x3fan, 10] }),
  words: () => 'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
};
const linkLocalMulticast: Special = {
  holds: within({ 4: [0xe00000n, 24], 6: [0xff02n, 16] }),
  words: () => 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
};

/** Addresses that nothing outside of a machine can be reached by. */
export const judgeReachable = (text: string, at: Place): void =>
  judgeSpecial(text, [unspecified, loopback, linkLocal, linkLocalMulticast], at);

/**
 * Of endpoints. Loopback is taken: on one machine pods share its network (see "One network for all" in
 * docs/engine-differences.md).
 */
export const judgeEndpointAddress = (text: string, at: Place): void =>
  judgeSpecial(text, [unspecified, linkLocal, linkLocalMulticast], at);

const judgeSpecial = (text: string, kinds: readonly Special[], at: Place): void => {
  const address = parseAddress(text);
  if (address === undefined) return at.invalid(text, 'must be a valid IP address');
  for (const { holds, words } of kinds) if (holds(address, text)) at.invalid(text, words(text));
};
