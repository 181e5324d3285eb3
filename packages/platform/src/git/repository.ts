import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCode, type RunGit } from './run.ts';
import type { RepositoryName } from './ports.ts';

/** Settings of every repository. A pack is checked before it is kept, and its size has a limit. */
const settings = (maxBytes: number): string[] =>
  [
    'receive.fsckObjects=true',
    'receive.autogc=false',
    `receive.maxInputSize=${maxBytes}`,
    'receive.denyDeleteCurrent=refuse',
    // What is larger is never whole in memory.
    'core.bigFileThreshold=32m',
    'pack.threads=1',
    'pack.windowMemory=64m',
    'core.fsync=all',
    'gc.auto=0',
  ].flatMap((setting) => ['-c', setting]);

export interface Repositories {
  /** The folder of a repository, made when it is not there. */
  open(name: RepositoryName): Promise<string>;
  remove(name: RepositoryName): Promise<void>;
  /** The largest pack that is taken. */
  readonly maxBytes: number;
  /** Options that come before the git command in every call on a repository. */
  readonly options: readonly string[];
}

/** Bare repositories, one for each app, in folders of a volume. */
export const openRepositories = ({
  folder,
  hooks,
  git,
  maxBytes,
}: {
  folder: string;
  hooks: string;
  git: RunGit;
  maxBytes: number;
}): Repositories => {
  // Names were checked where the request came in, so they stay inside the folder.
  const place = ({ namespace, app }: RepositoryName): string => join(folder, namespace, `${app}.git`);
  const creating = new Map<string, Promise<void>>();
  return {
    maxBytes,
    options: [...settings(maxBytes), '-c', `core.hooksPath=${hooks}`],
    async open(name) {
      const path = place(name);
      // The last that `git init` makes.
      const made = await stat(join(path, 'objects/info')).catch(() => undefined);
      if (made !== undefined) return path;
      // Whoever comes meanwhile waits for the same: two of them would find each other's locks.
      const creation = creating.get(path) ?? create(path, git).finally(() => creating.delete(path));
      creating.set(path, creation);
      await creation;
      return path;
    },
    remove: (name) => rm(place(name), { recursive: true, force: true }),
  };
};

const create = async (path: string, git: RunGit): Promise<void> => {
  await mkdir(path, { recursive: true });
  const args = ['init', '--quiet', '--bare', '--initial-branch=main', '--template=', '.'];
  // Not the first client's: others may wait for it.
  const { signal } = new AbortController();
  const code = await exitCode(git({ args, repository: path, stdio: 'ignore', signal }));
  if (code !== 0) throw new Error(`git init failed with exit code ${code}`);
};
