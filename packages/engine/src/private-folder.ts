import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder that is its owner's alone (mode 0700), and what is missing above it. Returns the topmost that was made;
 * undefined when it was there. Not by Node's own recursion: where a file system says that a new folder cannot be
 * found (/proc does), that one tries for ever. Throws what the file system says.
 */
export const makePrivateFolder = (path: string): string | undefined => {
  const made = tryFolder(path);
  if (made !== 'parent missing') return made === 'made' ? path : undefined;
  const above = makePrivateFolder(dirname(path));
  if (tryFolder(path) === 'parent missing') throw new Error(`${dirname(path)} takes no folder`);
  return above ?? path;
};

const tryFolder = (path: string): 'made' | 'there' | 'parent missing' => {
  try {
    mkdirSync(path, { mode: 0o700 });
    return 'made';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) return 'parent missing';
    if (code !== 'EEXIST') throw error;
    return 'there';
  }
};
