import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseEntryPath } from '../image/entry-path.ts';

/** What a volume shows: by the path in it. */
export type Files = ReadonlyMap<string, { readonly content: Buffer; readonly mode: number }>;

/** What is to be seen, and whose it is; the node's own where undefined. */
export interface Shown {
  readonly files: Files;
  readonly owner?: number | undefined;
}

/** The link through which everything in the volume is reached. */
const current = '..data';

/**
 * Makes a folder show these files and no others, all of them changing in one moment: the files lie in a
 * folder of their own, a link leads to it, and only the link is replaced. Programs that watch for it
 * know the names (Kubernetes, "Mounted ConfigMaps are updated automatically").
 */
export async function showFiles(volume: string, shown: Shown): Promise<void> {
  const { files } = shown;
  const wanted = [...files.keys()].map((path) => parseEntryPath(path));
  const before = await readlink(join(volume, current)).catch(() => undefined);
  if (before === undefined || !(await isShown(join(volume, before), files))) {
    const next = await writeFiles(volume, shown);
    await rm(join(volume, `${current}_tmp`), { force: true });
    await symlink(next, join(volume, `${current}_tmp`));
    await rename(join(volume, `${current}_tmp`), join(volume, current));
  }
  const names = new Set(wanted.map(([name]) => name ?? ''));
  for (const name of names) await ensureLink(volume, name);
  await removeOthers(volume, names);
}

async function writeFiles(volume: string, { files, owner }: Shown): Promise<string> {
  const folder = await mkdtemp(join(volume, '..'.concat('files-')));
  await chmod(folder, 0o755); // Whoever the container runs as.
  for (const [path, { content, mode }] of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    await chmod(file, mode);
    if (owner !== undefined) await chown(file, owner, owner);
  }
  return folder.slice(volume.length + 1);
}

async function isShown(folder: string, files: Files): Promise<boolean> {
  const there = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (there?.filter((entry) => !entry.isDirectory()).length !== files.size) return false;
  for (const [path, { content, mode }] of files) {
    const file = join(folder, path);
    const found = await readFile(file).catch(() => undefined);
    if (found === undefined || !found.equals(content)) return false;
    if (((await stat(file)).mode & 0o777) !== mode) return false;
  }
  return true;
}

async function ensureLink(volume: string, name: string): Promise<void> {
  await symlink(join(current, name), join(volume, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Of the folders with files only the current one stays. */
async function removeOthers(volume: string, names: ReadonlySet<string>): Promise<void> {
  const kept = await readlink(join(volume, current));
  for (const entry of await readdir(volume)) {
    if (entry === current || entry === kept || names.has(entry)) continue;
    await rm(join(volume, entry), { recursive: true, force: true });
  }
}
