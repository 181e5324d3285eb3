import { lstat, mkdtemp, readlink, rm, stat } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { FairleadError } from '@fairlead/api/errors';
import { pack, type Pack } from 'tar-stream';
import { git } from '../git/git.ts';
import type { Io } from '../io.ts';

/** A folder on its way to the platform. */
export interface PackedFolder extends AsyncDisposable {
  readonly tar: Readable;
}

/** Packs a folder as a tar archive, without what its .gitignore names. Throws E_SOURCE_UNSAFE. */
export const packFolder = async (io: Io, folder: string): Promise<PackedFolder> => {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new FairleadError('E_SOURCE_UNSAFE', { path: folder, reason: 'it is no folder' });
  const paths = await listFiles(io, folder);
  const tar = pack();
  void writeAll(tar, folder, paths).catch((error: Error) => tar.destroy(error));
  return {
    tar,
    [Symbol.asyncDispose]: async () => {
      tar.destroy();
    },
  };
};

/** What git would add to a new repository there. Git itself knows the rules of .gitignore best. */
const listFiles = async (io: Io, folder: string): Promise<string[]> => {
  const scratch = await mkdtemp(join(tmpdir(), 'fairlead-deploy-'));
  try {
    const at = { ...io, cwd: folder };
    const place = [`--git-dir=${scratch}`, `--work-tree=${folder}`];
    const made = await git(at, 'init', '--quiet', '--bare', scratch);
    const listed = await git(at, ...place, 'ls-files', '-z', '--others', '--exclude-standard');
    if (made === undefined || listed === undefined) {
      throw new FairleadError('E_SOURCE_UNSAFE', {
        path: folder,
        reason: 'git, which reads .gitignore, could not list it',
      });
    }
    return listed.split('\0').filter((path) => path !== '' && !path.endsWith('/'));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

const writeAll = async (tar: Pack, folder: string, paths: readonly string[]): Promise<void> => {
  for (const path of paths) await writeEntry(tar, folder, path);
  tar.finalize();
};

const writeEntry = async (tar: Pack, folder: string, path: string): Promise<void> => {
  const full = join(folder, path);
  const found = await lstat(full);
  const name = relative(folder, full).split('\\').join('/');
  if (found.isSymbolicLink()) {
    tar.entry({ name, type: 'symlink', linkname: await readlink(full) });
  } else if (found.isFile()) {
    const mode = (found.mode & 0o100) === 0 ? 0o644 : 0o755;
    await pipeline(
      createReadStream(full, { end: Math.max(found.size - 1, 0) }),
      tar.entry({ name, size: found.size, mode }),
    );
  }
};
