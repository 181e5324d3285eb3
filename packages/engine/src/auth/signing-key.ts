import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { newKey } from './issue.ts';
import { writePrivateFile } from './private-file.ts';

/** The P-256 key that the tokens of service accounts are signed with. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Opens the key in a PEM file, and makes it when there is none; only in memory without a path. */
export const openSigningKey = async (path?: string): Promise<SigningKey> => {
  const known = path === undefined ? undefined : await readIfThere(path);
  const privateKey = known === undefined ? newKey() : createPrivateKey(known);
  if (path !== undefined && known === undefined) {
    await writePrivateFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  }
  const publicKey = createPublicKey(privateKey);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return { id: createHash('sha256').update(spki).digest('base64url'), privateKey, publicKey };
};

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};
