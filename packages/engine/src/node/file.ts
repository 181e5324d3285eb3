import { readFile, rename, writeFile } from 'node:fs/promises';

/** The text of a file; `undefined` when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

let written = 0;

/** Writes a file so that a reader sees the old content or the new, whole. Only its owner may read it. */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  written += 1; // Two may write the same content at the same time.
  const next = `${path}.${written}.new`;
  await writeFile(next, content, { mode: 0o600 });
  await rename(next, path);
}
