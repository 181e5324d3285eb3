import { access, constants, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
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

type Home = Pick<Io, 'env'>;

const folderOf = ({ env }: Home): string => {
  const given = env['FAIRLEAD_HOME'];
  return given === undefined || given === '' ? join(homedir(), '.fairlead') : given;
};

const fileOf = (home: Home): string => join(folderOf(home), 'contexts.json');

const readContexts = async (home: Home): Promise<Contexts> => {
  try {
    return parseContexts(await readFile(fileOf(home), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { contexts: {} };
    throw unusable(fileOf(home), error);
  }
};

const parseContexts = (text: string): Contexts => {
  const value = JSON.parse(text) as Partial<Contexts> | null;
  if (value === null || typeof value !== 'object' || typeof value.contexts !== 'object')
    throw new TypeError('it is no list of contexts');
  return value as Contexts;
};

const unusable = (path: string, error: unknown): FairleadError =>
  new FairleadError('E_HOME_UNUSABLE', {
    path,
    reason: error instanceof Error ? error.message : String(error),
  });

/** The context of that name, or the current one. Throws E_CONTEXT_NOT_FOUND or E_HOME_UNUSABLE. */
export const findContext = async (home: Home, name: string | undefined): Promise<Context> => {
  const { current, contexts } = await readContexts(home);
  const chosen = name ?? current;
  const context = chosen !== undefined && Object.hasOwn(contexts, chosen) ? contexts[chosen] : undefined;
  if (context !== undefined) return context;
  const known = Object.keys(contexts);
  throw new FairleadError('E_CONTEXT_NOT_FOUND', {
    context: chosen ?? '(none)',
    contexts: known.length === 0 ? 'none' : known.join(', '),
  });
};

/** Throws E_HOME_UNUSABLE when no context could be noted: better known before a platform is started. */
export const checkHome = async (home: Home): Promise<void> => {
  const folder = folderOf(home);
  await readContexts(home);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(folder, error);
  }
};

/** Notes a context and makes it the current one; git is told the token by `bin/git-credential-fairlead`. */
export const registerContext = async (
  home: Home,
  name: string,
  { token, ...context }: Context & { readonly token: string },
): Promise<void> => {
  const { contexts } = await readContexts(home);
  const next: Contexts = { current: name, contexts: { ...contexts, [name]: context } };
  const credentials = join(folderOf(home), 'credentials');
  await mkdir(credentials, { recursive: true, mode: 0o700 });
  const { host } = new URL(context.url);
  await writeWhole(join(credentials, host), `username=fairlead\npassword=${token}\n`);
  await writeWhole(fileOf(home), `${JSON.stringify(next, undefined, 2)}\n`);
};

const writeWhole = async (path: string, text: string): Promise<void> => {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
};
