import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writePrivateFile } from './private-file.ts';
import type { User } from './user.ts';

/** Reads the `Authorization` header. `anonymous`: there is none. `rejected`: there is one and it is not good. */
export type Authenticator = (authorization: string | undefined) => User | 'anonymous' | 'rejected';

/** Tokens by the user's name. */
export type Tokens = ReadonlyMap<string, string>;

/**
 * Opens Kubernetes' static token file (`token,user,uid,"group,group"` per line), adding a fresh token for each
 * of `users` that is not in it.
 */
export const openTokenFile = async (given: {
  /** Only in memory when absent. */
  readonly path?: string;
  readonly users: readonly User[];
  /** A new secret, printable, at least 128 bits. */
  readonly newToken: () => string;
}): Promise<{ readonly authenticate: Authenticator; readonly tokens: Tokens }> => {
  const { path, users, newToken } = given;
  const known = path === undefined ? [] : parseTokens(await readIfThere(path));
  const missing = users.filter(({ name }) => !known.some(({ user }) => user.name === name));
  const added = missing.map((user) => ({ token: newToken(), user }));
  const all = [...known, ...added];
  if (path !== undefined && added.length > 0) await writePrivateFile(path, all.map(renderLine).join(''));
  return {
    authenticate: createAuthenticator(all),
    tokens: new Map(all.map(({ token, user }) => [user.name, token])),
  };
};

interface Entry {
  readonly token: string;
  readonly user: User;
}

/**
 * Tokens are looked up by their digests: how long that takes says nothing of how much of a guess was right.
 */
export const createAuthenticator = (entries: readonly Entry[]): Authenticator => {
  const users = new Map(entries.map(({ token, user }) => [digest(token), user]));
  return (authorization) => {
    if (authorization === undefined || authorization === '') return 'anonymous';
    if (!/^bearer /i.test(authorization)) return 'rejected';
    return users.get(digest(authorization.slice('bearer '.length).trim())) ?? 'rejected';
  };
};

const digest = (token: string): string => createHash('sha256').update(token).digest('base64');

const LINE = /^([^,"]+),([^,"]+),([^,"]*)(?:,"([^"]*)")?$/;

const parseTokens = (text: string): Entry[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      const found = LINE.exec(line.trim());
      // The line itself is a secret: only its number is said.
      if (found === null) throw new Error(`line ${index + 1} of the token file cannot be read`);
      const [, token = '', name = '', uid = '', groups = ''] = found;
      const listed = groups.split(',').filter((group) => group !== '');
      return {
        token,
        user: { name, ...(uid !== '' && { uid }), groups: [...listed, 'system:authenticated'] },
      };
    });

const renderLine = ({ token, user }: Entry): string => {
  const groups = user.groups.filter((group) => group !== 'system:authenticated');
  return `${token},${user.name},${user.uid ?? ''},"${groups.join(',')}"\n`;
};

const readIfThere = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
};
