import { createHash } from 'node:crypto';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** The longest path that a unix socket may have, in bytes: 104 on macOS and 108 on Linux, with a zero at the end. */
const longest = 103;
const names = { router: 'router.sock', agent: 'agent.sock' } as const;

/** The folder of the sockets of a data folder: in it, or in one with a short name when its own is too long. */
export const socketFolder = (root: string, run: string): string => {
  if (fits(run)) return run;
  const name = `fairlead-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`;
  return [tmpdir(), '/tmp'].map((folder) => join(folder, name)).find(fits) ?? run;
};

export const socketsIn = (folder: string): Record<keyof typeof names, string> => ({
  router: join(folder, names.router),
  agent: join(folder, names.agent),
});

const fits = (folder: string): boolean =>
  Object.values(socketsIn(folder)).every((path) => Buffer.byteLength(path) <= longest);

/** Throws when a socket there could not be opened, or when others could come to it. */
export const openSocketFolder = async (folder: string): Promise<void> => {
  if (!fits(folder)) throw new Error(`the path is too long for the sockets in it: ${folder}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  const isOurs = found.uid === userInfo().uid && (found.mode & 0o077) === 0;
  if (!found.isDirectory() || !isOurs)
    throw new Error(`${folder} would hold its sockets, and others may write there`);
};

/** A folder outside of the data folder would stay for ever. */
export const removeSocketFolder = async (folder: string, run: string): Promise<void> => {
  if (folder !== run) await rm(folder, { recursive: true, force: true });
};
