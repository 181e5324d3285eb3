/** Without vowels and look-alikes, so that no hash spells a word. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

const prime = 0x01000193;
const basis = 0x811c9dc5;

/** FNV-1a of 32 bits in letters that may stand in a name. */
export const hash1a = (text: string): string =>
  inLetters(fold(text, (hash, byte) => Math.imul(hash ^ byte, prime)));

/** FNV-1, which Kubernetes takes for the names of revisions. */
export const hash1 = (text: string): string =>
  inLetters(fold(text, (hash, byte) => Math.imul(hash, prime) ^ byte));

function fold(text: string, step: (hash: number, byte: number) => number): number {
  let hash = basis;
  for (const byte of new TextEncoder().encode(text)) hash = step(hash, byte);
  return hash >>> 0;
}

const inLetters = (hash: number): string =>
  Array.from(String(hash), (digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
