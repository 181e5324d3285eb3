import { constants, type Stats } from 'node:fs';
import { mkdir, open, realpath, type FileHandle, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { notMounted } from './volumes.ts';

export interface HostPath {
  readonly path: string;
  readonly type?: string;
}

/** Which paths of the machine pods may mount, with all below them; none unless the operator says so. */
export type AllowedPaths = readonly string[];

/** The folder or file itself, once it was found to be of the type that is asked for. Rejects with `BlockedError`. */
export async function openHostPath({ path, type = '' }: HostPath, allowed: AllowedPaths): Promise<string> {
  requireAllowed(path, allowed);
  await create(path, type);
  const real = await realpath(path).catch(() => {
    throw notMounted(`hostPath type check failed: ${path} is not ${kinds[type]?.words ?? 'there'}`);
  });
  // A link below an allowed folder may lead out of it.
  requireAllowed(real, await Promise.all(allowed.map((one) => realpath(one).catch(() => one))));
  const kind = kinds[type];
  const found = await stat(real);
  if (kind !== undefined && !kind.fits(found)) {
    throw notMounted(`hostPath type check failed: ${path} is not ${kind.words}`);
  }
  return real;
}

/** Whether a path is one that pods may mount, by its words alone. */
export const isAllowed = (path: string, allowed: AllowedPaths): boolean =>
  allowed.some((one) => path === one || path.startsWith(one.endsWith(sep) ? one : `${one}${sep}`));

function requireAllowed(path: string, allowed: AllowedPaths): void {
  if (isAllowed(join(path), allowed)) return;
  throw notMounted(`hostPath ${path} is not among the paths that this node lets pods mount`);
}

const folder = { words: 'a directory', fits: (found: Stats) => found.isDirectory() };
const file = { words: 'a file', fits: (found: Stats) => found.isFile() };

const kinds: Readonly<Record<string, { readonly words: string; fits(found: Stats): boolean }>> = {
  Directory: folder,
  DirectoryOrCreate: folder,
  File: file,
  FileOrCreate: file,
  Socket: { words: 'a socket file', fits: (found) => found.isSocket() },
  CharDevice: { words: 'a character device', fits: (found) => found.isCharacterDevice() },
  BlockDevice: { words: 'a block device', fits: (found) => found.isBlockDevice() },
};

async function create(path: string, type: string): Promise<void> {
  if (type === 'DirectoryOrCreate') await mkdir(path, { recursive: true, mode: 0o755 }).catch(() => {});
  if (type !== 'FileOrCreate') return;
  const made = await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o644).catch(
    (): FileHandle | undefined => undefined,
  );
  await made?.close();
}
