/** What a cheap look at the bytes of a JSON document says about how it must be read. */
export type Scan = 'plain' | 'exact' | 'too-deep';

/** Go's decoder allows 10,000; no real object is deeper than 40, and what works on objects recurses. */
export const MAX_DEPTH = 512;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
/** Integers of up to 15 digits are below 2^53. */
const SAFE_DIGITS = 15;

/**
 * One pass over the bytes. `plain` means that `JSON.parse` loses nothing: no integer beyond 2^53, no key
 * twice in one object (`JSON.parse` keeps `__proto__` as a member like any other). Whatever is doubtful (an
 * escaped key, two keys with one hash, broken syntax) is `exact`: the slow parser decides.
 */
export const scanJson = (bytes: Uint8Array): Scan => {
  const keys = new OpenKeys();
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      const end = stringEnd(bytes, at);
      if (end < 0 || (isKey(bytes, end) && !keys.add(bytes, at + 1, end))) return 'exact';
      at = end + 1;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (keys.open() > MAX_DEPTH) return 'too-deep';
      at++;
    } else if (byte === 0x7d || byte === 0x5d) {
      if (!keys.close()) return 'exact';
      at++;
    } else if (isNumeric(byte)) {
      const end = numberEnd(bytes, at);
      if (end - at > SAFE_DIGITS) return 'exact';
      at = end;
    } else at++;
  }
  return 'plain';
};

/** The index of the closing quote, or -1. */
const stringEnd = (bytes: Uint8Array, open: number): number => {
  let end = bytes.indexOf(QUOTE, open + 1);
  while (end >= 0 && isEscaped(bytes, end)) end = bytes.indexOf(QUOTE, end + 1);
  return end;
};

const isEscaped = (bytes: Uint8Array, quote: number): boolean => {
  let slashes = 0;
  while (bytes[quote - 1 - slashes] === BACKSLASH) slashes++;
  return slashes % 2 === 1;
};

const isKey = (bytes: Uint8Array, end: number): boolean => {
  let at = end + 1;
  while ((bytes[at] as number) <= 0x20) at++;
  return bytes[at] === COLON;
};

const isNumeric = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  byte === 0x2d ||
  byte === 0x2b ||
  byte === 0x2e ||
  byte === 0x65 ||
  byte === 0x45;

const numberEnd = (bytes: Uint8Array, start: number): number => {
  let end = start;
  while (end < bytes.length && isNumeric(bytes[end] as number)) end++;
  return end;
};

const MANY_KEYS = 24;

/** The hashes of the keys of all objects that are open at this point of the document. */
class OpenKeys {
  private readonly hashes: number[] = [];
  private readonly starts: number[] = [];
  private readonly large: (Set<number> | undefined)[] = [];

  open(): number {
    this.large[this.starts.length] = undefined;
    return this.starts.push(this.hashes.length);
  }

  close(): boolean {
    const start = this.starts.pop();
    if (start !== undefined) this.hashes.length = start;
    return start !== undefined;
  }

  /** False when the key may have been seen in the same object, or is one that needs the exact parser. */
  add(bytes: Uint8Array, from: number, to: number): boolean {
    const hash = hashKey(bytes, from, to);
    if (hash < 0) return false;
    const start = this.starts[this.starts.length - 1] ?? 0;
    if (this.hashes.length - start >= MANY_KEYS) return this.addToLarge(hash, start);
    for (let at = start; at < this.hashes.length; at++) if (this.hashes[at] === hash) return false;
    this.hashes.push(hash);
    return true;
  }

  private addToLarge(hash: number, start: number): boolean {
    const level = this.starts.length - 1;
    const known = (this.large[level] ??= new Set(this.hashes.slice(start)));
    if (known.has(hash)) return false;
    known.add(hash);
    return true;
  }
}

/** FNV-1a, 31 bits; -1 for a key with an escape. */
const hashKey = (bytes: Uint8Array, from: number, to: number): number => {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === BACKSLASH) return -1;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash & 0x7fffffff;
};
