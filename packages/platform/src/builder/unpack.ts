import { mkdir, open, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { arrange, type Entry, type FileEntry } from './entry.ts';

/** Writes entries below a folder, which must be new: nothing there can lead a write elsewhere. */
export const writeEntries = async (entries: Iterable<Entry>, folder: string): Promise<void> => {
  await mkdir(dirname(folder), { recursive: true });
  await mkdir(folder);
  for (const entry of arrange(entries)) {
    const path = join(folder, entry.path);
    if (entry.kind === 'folder') await mkdir(path);
    else if (entry.kind === 'link') await symlink(entry.target, path);
    else await writeFile(path, entry);
  }
};

const writeFile = async (path: string, { executable, content }: FileEntry): Promise<void> => {
  // `wx` opens nothing that is there already, and follows no link.
  await using handle = await open(path, 'wx', executable ? 0o755 : 0o644);
  const chunks = content();
  await handle.writeFile(chunks);
};
