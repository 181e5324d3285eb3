import { webcrypto } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateFolder } from '../private-folder.ts';
import { StoreOpenError } from './sqlite-error.ts';

/** The keys that a store encrypts with. */
export interface KeyFile {
  /** The first one writes, all of them read. */
  readonly secrets: readonly Uint8Array[];
  /** Makes the file if it was not there, durably; until then its key is known to nobody. */
  save(): void;
}

const SIZE = 32;
const LINE = /^aes256 ([A-Za-z0-9+/]{43}=)$/;

/**
 * Reads a file with a key per line: `aes256`, a space, 32 bytes in base64; lines that begin with `#` say nothing. Where there is no
 * file there is a new key, which is only kept when `save` is called. Throws `StoreOpenError`.
 */
export const readKeyFile = (path: string): KeyFile => {
  const text = readIfThere(path);
  if (text !== undefined) return { secrets: parseKeys(text, path), save: () => {} };
  const secret = webcrypto.getRandomValues(new Uint8Array(SIZE));
  let isSaved = false;
  const save = (): void => {
    if (!isSaved) saveKey(path, secret);
    isSaved = true;
  };
  return { secrets: [secret], save };
};

const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new StoreOpenError('sealed', `the keys in ${path} cannot be read: ${message}`);
  }
};

const parseKeys = (text: string, path: string): readonly Uint8Array[] => {
  const secrets = text.split('\n').flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const [, key] = LINE.exec(line.trimEnd()) ?? [];
    // The line itself is a secret: only its number is said.
    if (key === undefined) throw new StoreOpenError('sealed', `line ${index + 1} of ${path} is no key`);
    return [new Uint8Array(Buffer.from(key, 'base64'))];
  });
  if (secrets.length === 0) throw new StoreOpenError('sealed', `there is no key in ${path}`);
  return secrets;
};

const EXPLANATION = `# Secrets in engine.db are encrypted with the first key, and read with any of these.
# Without this file they are lost. A new key goes before the others; the next start writes all anew with it.
`;

/** Synced before anything is written with it: what is encrypted by a lost key is lost. */
const saveKey = (path: string, secret: Uint8Array): void => {
  makePrivateFolder(dirname(path));
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    // The mode counts for a new file only, and a draft may have been left behind.
    chmodSync(draft, 0o600);
    writeSync(file, `${EXPLANATION}aes256 ${Buffer.from(secret).toString('base64')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};
