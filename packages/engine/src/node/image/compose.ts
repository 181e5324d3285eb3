import {
  chown,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import type { Layer } from './layer.ts';

export interface ComposeOrder {
  /** Lowest first. */
  readonly layers: readonly Layer[];
  /** Made anew; it must not exist. */
  readonly root: string;
  /** Folders below the root that must be folders of its own, because something is put into them. */
  readonly own: readonly string[];
  /** To whom it shall belong; else it is the node's. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Where those that use the root find an unpacked layer; where the node does, unless told. */
  readonly seenAt?: (layer: Layer) => string;
}

/**
 * Makes a container's root without copying what it shares: subtrees that one lower layer alone
 * provides are links to the unpacked layer; where layers meet are real folders; the files of the
 * topmost layer, which are the app's own, are copied, so that the app may write beside them.
 */
export async function composeRoot({ layers, root, own, owner, seenAt }: ComposeOrder): Promise<void> {
  const topFirst = [...layers].reverse();
  const [top] = topFirst;
  const plan = {
    root,
    top,
    own: new Set(own.flatMap(ancestors)),
    owner,
    seenAt: seenAt ?? (({ tree }) => tree),
  };
  await composeFolder(plan, '', topFirst);
}

interface Plan extends Pick<ComposeOrder, 'root' | 'owner'> {
  readonly top: Layer | undefined;
  readonly own: ReadonlySet<string>;
  readonly seenAt: (layer: Layer) => string;
}

async function composeFolder(plan: Plan, path: string, layers: readonly Layer[]): Promise<void> {
  const { root, owner } = plan;
  await mkdir(join(root, path));
  if (owner !== undefined) await chown(join(root, path), owner.uid, owner.gid);
  const children = await mergeChildren(path, layers);
  await Promise.all(
    [...children].map(async ([name, child]) => {
      const place = path === '' ? name : `${path}/${name}`;
      if (child.leaf !== undefined) await composeLeaf(plan, place, child.leaf);
      else if (mayBeShared(plan, place, child.folders)) await share(plan, place, child.folders);
      else await composeFolder(plan, place, child.folders);
    }),
  );
}

/** What stands under one name: a file or link of one layer, or a folder of several, topmost first. */
export interface Child {
  readonly folders: Layer[];
  leaf?: { readonly layer: Layer; readonly entry: Dirent };
  /** Nothing from further down shows. */
  closed: boolean;
}

/** What a folder of the merged root holds, topmost layer first. */
export async function mergeChildren(path: string, layers: readonly Layer[]): Promise<Map<string, Child>> {
  const children = new Map<string, Child>();
  for (const layer of layers) {
    for (const entry of await readdir(join(layer.tree, path), { withFileTypes: true })) {
      take(children, layer, entry);
    }
    for (const name of hiddenIn(path, layer)) open(children, name).closed = true;
    if (layer.notes.opaque.includes(path)) break;
  }
  const seen = [...children].filter(([, child]) => child.leaf !== undefined || child.folders.length > 0);
  return new Map(seen);
}

function take(children: Map<string, Child>, layer: Layer, entry: Dirent): void {
  const child = open(children, entry.name);
  if (child.closed) return;
  if (entry.isDirectory()) child.folders.push(layer);
  else {
    // A folder further up hides a file of the same name.
    if (child.folders.length === 0) child.leaf = { layer, entry };
    child.closed = true;
  }
}

function open(children: Map<string, Child>, name: string): Child {
  const child = children.get(name) ?? { folders: [], closed: false };
  children.set(name, child);
  return child;
}

const hiddenIn = (path: string, layer: Layer): string[] =>
  layer.notes.whiteouts
    .map((hidden) => hidden.split('/'))
    .filter((parts) => parts.slice(0, -1).join('/') === path)
    .map((parts) => parts.at(-1) ?? '');

/** Not where a link in it leads out of it: it would not lead into the merged root. */
function mayBeShared(plan: Plan, place: string, folders: readonly Layer[]): boolean {
  const [layer, ...others] = folders;
  if (layer === undefined || others.length > 0 || layer === plan.top || plan.own.has(place)) return false;
  return layer.notes.links.every(([path, reach]) => !isWithin(path, place) || isWithin(reach, place));
}

async function share(plan: Plan, place: string, [layer]: readonly Layer[]): Promise<void> {
  if (layer !== undefined) await symlink(join(plan.seenAt(layer), place), join(plan.root, place));
}

async function composeLeaf(
  plan: Plan,
  place: string,
  { layer, entry }: NonNullable<Child['leaf']>,
): Promise<void> {
  const from = join(layer.tree, place);
  const to = join(plan.root, place);
  if (entry.isSymbolicLink()) return symlink(await readlink(from), to);
  if (layer !== plan.top) return symlink(join(plan.seenAt(layer), place), to);
  await copyFile(from, to);
  const { atime, mtime } = await stat(from);
  await utimes(to, atime, mtime);
  if (plan.owner !== undefined) await chown(to, plan.owner.uid, plan.owner.gid);
}

/** Makes a folder of the root and those above it, never through a link, which may lead to what is shared. */
export async function ensureFolder(root: string, path: string): Promise<void> {
  let folder = root;
  for (const part of path.split('/').filter((part) => part !== '')) {
    folder = join(folder, part);
    await mkdir(folder).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST' || !(await lstat(folder)).isDirectory()) throw error;
    });
  }
}

/** Puts a link to a folder or file from outside into the root, in place of what the image has there. */
export async function mountAt(mount: {
  readonly root: string;
  readonly path: string;
  readonly source: string;
}) {
  const target = join(mount.root, mount.path);
  await rm(target, { recursive: true, force: true });
  await symlink(mount.source, target);
}

/** The path itself and every folder above it. */
const ancestors = (path: string): string[] =>
  path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
