import {
  chmod,
  chown,
  copyFile,
  lchown,
  link,
  mkdir,
  readlink,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { mergeChildren } from './compose.ts';
import type { Layer } from './layer.ts';

/**
 * Makes the one tree that an image's layers give together, as a container with a root of its own sees it: with owners, modes and the
 * links' own words. Files are shared with the unpacked layers by hard links, but for those whose owner or mode is unusual. Nobody writes to the tree.
 */
export async function flattenLayers(layers: readonly Layer[], root: string): Promise<void> {
  const known = new Map(layers.map((layer) => [layer, detailsOf(layer)]));
  await flattenFolder({ root, known }, '', [...layers].reverse());
}

interface Details {
  readonly owned: ReadonlyMap<string, Owned>;
  readonly targets: ReadonlyMap<string, string>;
}

interface Owned {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

interface Plan {
  readonly root: string;
  readonly known: ReadonlyMap<Layer, Details>;
}

const detailsOf = ({ notes }: Layer): Details => ({
  owned: new Map(notes.owned.map(([path, mode, uid, gid]) => [path, { mode, uid, gid }])),
  targets: new Map(notes.targets),
});

const plainFolder: Owned = { mode: 0o755, uid: 0, gid: 0 };

async function flattenFolder(plan: Plan, path: string, topFirst: readonly Layer[]): Promise<void> {
  const place = join(plan.root, path);
  await mkdir(place, { recursive: path === '' });
  const children = await mergeChildren(path, topFirst);
  for (const [name, { leaf, folders }] of children) {
    const below = path === '' ? name : `${path}/${name}`;
    if (leaf === undefined) await flattenFolder(plan, below, folders);
    else await flattenLeaf(plan, below, leaf);
  }
  // A layer that only has something below a folder says nothing of the folder itself.
  const said = topFirst.map((layer) => plan.known.get(layer)?.owned.get(path));
  await own(place, said.find((owned) => owned !== undefined) ?? plainFolder);
}

async function flattenLeaf(
  plan: Plan,
  path: string,
  { layer, entry }: { readonly layer: Layer; readonly entry: Dirent },
): Promise<void> {
  const details = plan.known.get(layer);
  const [from, to] = [join(layer.tree, path), join(plan.root, path)];
  const owned = details?.owned.get(path);
  if (entry.isSymbolicLink()) {
    await symlink(details?.targets.get(path) ?? (await readlink(from)), to);
    if (owned !== undefined) await lchown(to, owned.uid, owned.gid);
    return;
  }
  if (owned === undefined) return link(from, to);
  await copyFile(from, to);
  const { atime, mtime } = await stat(from);
  await utimes(to, atime, mtime);
  await own(to, owned);
}

/** In this order: a change of the owner takes set-user-id away. */
async function own(path: string, { mode, uid, gid }: Owned): Promise<void> {
  await chown(path, uid, gid);
  await chmod(path, mode);
}
