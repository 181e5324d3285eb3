import { type FileHandle, lstat, open, readlink, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FairleadError } from '@fairlead/api/errors';
import { pack, type Pack } from 'tar-stream';
import type { Io } from '../io.ts';
import { listSource } from './listing.ts';

/** A folder on its way to the platform. */
export interface PackedFolder extends AsyncDisposable {
  readonly tar: Readable;
  /** What of the folder could not be packed; undefined when nothing, or when somebody stopped listening. */
  readonly failure: () => Promise<FairleadError | undefined>;
}

/** Packs a folder as a tar archive, without what git would not take. Throws E_FOLDER or E_SOURCE_UNSAFE. */
export const packFolder = async (io: Io, folder: string): Promise<PackedFolder> => {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new FairleadError('E_FOLDER', { folder, reason: 'there is no such folder' });
  const { paths, leftOut } = await listSource(io, folder);
  for (const path of leftOut) io.err(`       left out: ${path}, a git repository of its own\n`);
  if (paths.length === 0) {
    const reason = 'it has no file, or .gitignore names all of them';
    throw new FairleadError('E_FOLDER', { folder, reason });
  }
  const tar = pack();
  const packing = writeAll(tar, folder, paths).then(
    () => undefined,
    (error: Error) => {
      tar.destroy(error);
      return error;
    },
  );
  return {
    tar,
    failure: async () => {
      const error = await packing;
      return error instanceof FairleadError ? error : undefined;
    },
    [Symbol.asyncDispose]: async () => {
      tar.destroy();
    },
  };
};

const unsafe = (path: string, reason: string): FairleadError =>
  new FairleadError('E_SOURCE_UNSAFE', { path, reason });

const writeAll = async (tar: Pack, folder: string, paths: readonly string[]): Promise<void> => {
  for (const path of paths) await writeEntry(tar, join(folder, path), path.split(sep).join('/'));
  tar.finalize();
};

const writeEntry = async (tar: Pack, full: string, name: string): Promise<void> => {
  try {
    const found = await lstat(full);
    if (found.isSymbolicLink()) {
      tar.entry({ name, type: 'symlink', linkname: await readlink(full) });
      return;
    }
    await using file = await open(full);
    await writeFile(tar, file, name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw unsafe(name, 'it went away while it was read, or its name is not UTF-8');
    if (code === 'EACCES' || code === 'EPERM') throw unsafe(name, 'you may not read it');
    throw error;
  }
};

const chunkSize = 64 * 1024;

const writeFile = async (tar: Pack, file: FileHandle, name: string): Promise<void> => {
  const { size, mode } = await file.stat();
  const entry = tar.entry({ name, size, mode: (mode & 0o100) === 0 ? 0o644 : 0o755 });
  await pipeline(contentOf(file, { size, name }), entry);
};

/** The archive says first how long a file is: what is added meanwhile is left for the next time, what is missing ends it. */
async function* contentOf(
  file: FileHandle,
  { size, name }: { readonly size: number; readonly name: string },
): AsyncGenerator<Buffer> {
  for (let done = 0; done < size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkSize, size - done));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, done);
    if (bytesRead === 0) throw unsafe(name, 'it became shorter while it was read');
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
