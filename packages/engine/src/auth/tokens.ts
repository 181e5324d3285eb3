import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writePrivateFile } from './private-file.ts';
import { AUTHENTICATED, type User } from './user.ts';

/** Finds whose token this is. */
export type FindUser = (token: string) => User | undefined;

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
}): Promise<{ readonly find: FindUser; readonly tokens: Tokens }> => {
  const { path, users, newToken } = given;
  const known = path === undefined ? [] : parseTokens(await readIfThere(path));
  // A user of ours has the groups of today, whatever an older file says.
  const kept = known.map(({ token, user }) => ({
    token,
    user: users.find(({ name }) => name === user.name) ?? user,
  }));
  const missing = users.filter(({ name }) => !known.some(({ user }) => user.name === name));
  const all = [...kept, ...missing.map((user) => ({ token: newToken(), user }))];
  const text = all.map(renderLine).join('');
  if (path !== undefined && text !== known.map(renderLine).join('')) await writePrivateFile(path, text);
  return {
    find: createTokenTable(all),
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
export const createTokenTable = (entries: readonly Entry[]): FindUser => {
  const users = new Map(entries.map(({ token, user }) => [digest(token), user]));
  return (token) => users.get(digest(token));
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
        user: { name, ...(uid !== '' && { uid }), groups: [...listed, AUTHENTICATED] },
      };
    });

const renderLine = ({ token, user }: Entry): string => {
  const groups = user.groups.filter((group) => group !== AUTHENTICATED);
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
