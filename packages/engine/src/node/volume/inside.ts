import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';

const noLink = constants.O_RDONLY | constants.O_NOFOLLOW;

/**
 * Makes a folder or an empty file below a volume, and all above it, and leaves what is there. The pod writes to the volume at the same time: every step
 * begins at a folder that is held open, so that no link that appears meanwhile leads elsewhere.
 */
export async function makeInside(
  volume: string,
  parts: readonly string[],
  kind: 'folder' | 'file' = 'folder',
): Promise<void> {
  let folder: FileHandle = await open(volume, noLink | constants.O_DIRECTORY);
  try {
    for (const [at, part] of parts.entries()) {
      const isLast = at === parts.length - 1;
      const next = await openStep(folder, part, isLast ? kind : 'folder');
      await folder.close();
      folder = next;
    }
  } finally {
    await folder.close();
  }
}

async function openStep(folder: FileHandle, part: string, kind: 'folder' | 'file'): Promise<FileHandle> {
  const path = `/proc/self/fd/${folder.fd}/${part}`;
  if (kind === 'file') return open(path, noLink | constants.O_CREAT | constants.O_NONBLOCK, 0o666);
  await mkdir(path, 0o777).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return open(path, noLink | constants.O_DIRECTORY);
}
