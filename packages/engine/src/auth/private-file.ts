import { chmod, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makePrivateFolder } from '../private-folder.ts';

/** Writes a file that only its owner can read, whole or not at all. */
export const writePrivateFile = async (path: string, text: string): Promise<void> => {
  makePrivateFolder(dirname(path));
  const draft = `${path}.new`;
  await writeFile(draft, text, { mode: 0o600 });
  // The mode of writeFile counts for a new file only, and a draft may have been left behind.
  await chmod(draft, 0o600);
  await rename(draft, path);
};
