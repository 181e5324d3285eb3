import { lstat, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/api/errors';
import { git } from '../git/git.ts';
import type { Io } from '../io.ts';

/** What of a folder is its source. */
export interface Listing {
  /** Relative paths of files and links. */
  readonly paths: readonly string[];
  /** Folders that are git repositories of their own; git takes nothing of them. */
  readonly leftOut: readonly string[];
}

/**
 * What git would take of a folder: everything that no .gitignore names. Git itself knows those rules best.
 * In a repository they are the repository's, with what is tracked in spite of them.
 */
export const listSource = async (io: Io, folder: string): Promise<Listing> => {
  const at = { cwd: folder, env: withoutRepository(io.env) };
  const listed = (await listRepository(at)) ?? (await listFolder(at));
  if (listed === undefined) {
    throw new FairleadError('E_FOLDER', {
      folder,
      reason: 'git, which reads .gitignore, could not list it, or is not installed',
    });
  }
  const paths = [...new Set(listed.split('\0').filter((path) => path !== ''))];
  const kinds = await Promise.all(paths.map((path) => kindOf(join(folder, path))));
  return {
    paths: paths.filter((_path, index) => kinds[index] === 'file'),
    leftOut: paths.filter((_path, index) => kinds[index] === 'folder').map((path) => path.replace(/\/$/, '')),
  };
};

type At = Pick<Io, 'cwd' | 'env'>;

// A hook or an alias of git's may run us; its repository is not meant.
const withoutRepository = (env: Io['env']): Io['env'] =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY)$/.test(name),
    ),
  );

const listRepository = async (at: At): Promise<string | undefined> => {
  if ((await git(at, 'rev-parse', '--is-inside-work-tree'))?.trim() !== 'true') return undefined;
  // A folder that the repository itself ignores, as one that a build made, was named on purpose.
  if ((await git(at, 'check-ignore', '--quiet', '.')) !== undefined) return undefined;
  return git(at, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
};

/** As if the folder had just become a repository. */
const listFolder = async (at: At): Promise<string | undefined> => {
  const scratch = await mkdtemp(join(tmpdir(), 'fairlead-deploy-'));
  try {
    if ((await git(at, 'init', '--quiet', '--bare', scratch)) === undefined) return undefined;
    const place = [`--git-dir=${scratch}`, `--work-tree=${at.cwd}`];
    return await git(at, ...place, 'ls-files', '-z', '--others', '--exclude-standard');
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

/** What is tracked may have been deleted since: that is nothing. */
const kindOf = async (path: string): Promise<'file' | 'folder' | 'nothing'> => {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory()) return 'folder';
  return found?.isFile() || found?.isSymbolicLink() ? 'file' : 'nothing';
};
