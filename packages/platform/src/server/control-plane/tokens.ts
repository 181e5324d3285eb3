import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Authenticate, User } from '../../auth/index.ts';

/** Knows the users of this machine's platform by their tokens. */
export const authenticateBy = (
  known: readonly { readonly token: string; readonly user: User }[],
): Authenticate => {
  const digest = (token: string): Buffer => createHash('sha256').update(token).digest();
  const entries = known.map(({ token, user }) => ({ digest: digest(token), user }));
  return async (token) => {
    const given = digest(token);
    return entries.find((entry) => timingSafeEqual(entry.digest, given))?.user;
  };
};

/** A key that stays over restarts: builds that are under way keep their credential. */
export const keepKey = async (path: string): Promise<Uint8Array> => {
  try {
    await writeFile(path, randomBytes(32), { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFile(path);
};
