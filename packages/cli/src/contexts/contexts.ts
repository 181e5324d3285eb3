import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/api/errors';
import type { Io } from '../io.ts';

/** A platform that the command line knows. */
export interface Context {
  readonly kubeconfig: string;
  /** Where people, git and the registry come in. */
  readonly url: string;
}

interface Contexts {
  readonly current?: string;
  readonly contexts: Readonly<Record<string, Context>>;
}

const folderOf = ({ env }: Pick<Io, 'env'>): string => env['FAIRLEAD_HOME'] ?? join(homedir(), '.fairlead');

const readContexts = async (io: Pick<Io, 'env'>): Promise<Contexts> => {
  try {
    return JSON.parse(await readFile(join(folderOf(io), 'contexts.json'), 'utf8')) as Contexts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { contexts: {} };
    throw error;
  }
};

/** The context of that name, or the current one. Throws E_CONTEXT_NOT_FOUND. */
export const findContext = async (io: Pick<Io, 'env'>, name: string | undefined): Promise<Context> => {
  const { current, contexts } = await readContexts(io);
  const chosen = name ?? current;
  const context = chosen === undefined ? undefined : contexts[chosen];
  if (context !== undefined) return context;
  const known = Object.keys(contexts);
  throw new FairleadError('E_CONTEXT_NOT_FOUND', {
    context: chosen ?? '(none)',
    contexts: known.length === 0 ? 'none' : known.join(', '),
  });
};

/** Notes a context and makes it the current one; git is told the token by `bin/git-credential-fairlead`. */
export const registerContext = async (
  io: Pick<Io, 'env'>,
  name: string,
  { token, ...context }: Context & { readonly token: string },
): Promise<void> => {
  const folder = folderOf(io);
  const { contexts } = await readContexts(io);
  const next: Contexts = { current: name, contexts: { ...contexts, [name]: context } };
  const credentials = join(folder, 'credentials');
  await mkdir(credentials, { recursive: true, mode: 0o700 });
  const { host } = new URL(context.url);
  await writeWhole(join(credentials, host), `username=fairlead\npassword=${token}\n`);
  await writeWhole(join(folder, 'contexts.json'), `${JSON.stringify(next, undefined, 2)}\n`);
};

const writeWhole = async (path: string, text: string): Promise<void> => {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
};
