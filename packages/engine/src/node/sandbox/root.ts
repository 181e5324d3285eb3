import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { BlockedError } from '../blocked.ts';
import { composeRoot } from '../image/compose.ts';
import type { Layer } from '../image/layer.ts';
import { type Bound, isBound, type SandboxMount, type SandboxUser } from './contract.ts';
import type { MachineFiles } from './machine.ts';
import { isWithin, resolveInside } from './view.ts';

export interface RootOrder {
  /** Made anew. */
  readonly root: string;
  /** Of the image, lowest first. */
  readonly layers: readonly Layer[];
  readonly user: SandboxUser;
  readonly machine: MachineFiles;
  /** What every container has besides: devices and processes. */
  readonly common: readonly SandboxMount[];
  /** What the pod mounts, in the order of its depth. */
  readonly mounts: readonly Bound[];
  /** Absolute, as the container names it. */
  readonly workingFolder: string;
}

/** The user's own folder; there is none on the machine. */
export const homeFolder = '/home/app';

/**
 * Makes a container's root on the disk: the image's files, which belong to the container's user, and the places for what
 * is mounted. The machine's system stands behind what the image brings. Gives all mounts, in order.
 */
export async function makeSandboxRoot(order: RootOrder): Promise<SandboxMount[]> {
  const { root, layers, user, machine, workingFolder } = order;
  const own = [...order.mounts.map(({ target }) => dirname(target)), ...inherited(machine), workingFolder];
  await composeRoot({
    layers,
    root,
    own: own.map(withoutSlash).filter((path) => path !== ''),
    owner: user,
    seenAt: ({ tree }) => layerTarget(layers.findIndex((layer) => layer.tree === tree)),
  });
  for (const [path, target] of machine.links) {
    if (kindOf(join(root, path)) === undefined) symlinkSync(target, join(root, path));
  }
  const mounts = await Promise.all(order.mounts.map((mount) => withoutLinks(root, mount)));
  return fillRoot(order, mounts);
}

/** Some hundred small steps, none of which waits for a disk: as promises they would cost twice as much. */
function fillRoot(order: RootOrder, mounts: readonly Bound[]): SandboxMount[] {
  const { root, layers, user, machine, common } = order;
  writeUser(root, user);
  makeFolders(order);
  for (const mount of [...common, ...mounts]) makePlace(root, mount, mounts);
  const filled = fillFromMachine(root, machine);
  // What the pod mounts hides what would be below it.
  const seen = filled.filter(({ target }) => !mounts.some((mount) => isWithin(target, mount.target)));
  const first = [...layersBelow(layers), ...seen];
  for (const mount of first) makePlace(root, mount, mounts);
  return [...first, ...common, ...mounts];
}

const layerTarget = (at: number): string => `/.image/${at}`;
const withoutSlash = (path: string): string => path.replace(/^\/+/, '');

/** The topmost layer was copied. */
const layersBelow = (layers: readonly Layer[]): Bound[] =>
  layers.slice(0, -1).map(({ tree }, at) => ({ target: layerTarget(at), source: tree, readOnly: true }));

/** An image may add to these without bringing all of them. */
const inherited = ({ bound }: MachineFiles): string[] => [
  '/dev',
  '/etc',
  dirname(homeFolder),
  '/proc',
  '/tmp',
  ...bound,
  ...['bin', 'lib', 'local', 'local/bin', 'local/lib', 'sbin', 'share'].map((name) => `/usr/${name}`),
];

async function withoutLinks(root: string, mount: Bound): Promise<Bound> {
  const target = await resolveInside({ root, mounts: [] }, mount.target);
  return { ...mount, target: target ?? mount.target };
}

function fillFromMachine(root: string, machine: MachineFiles): SandboxMount[] {
  const found: SandboxMount[] = [];
  for (const path of machine.bound) {
    const there = kindOf(join(root, path));
    if (there === undefined) found.push(asItself(path));
    else if (there === 'folder') found.push({ target: path, upper: join(root, path), lower: path });
  }
  for (const name of machine.settings) {
    const path = join('/etc', name);
    if (kindOf(join(root, path)) === undefined) found.push(asItself(path));
  }
  const covered = 'ro,nosuid,nodev,mode=0,size=4k';
  return [
    ...found,
    ...machine.covered.map((target) => ({ target, type: 'tmpfs' as const, options: covered })),
  ];
}

const asItself = (path: string): Bound => ({ target: path, source: path, readOnly: true });

function kindOf(path: string): 'folder' | 'file' | 'link' | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'folder' : found.isSymbolicLink() ? 'link' : 'file';
}

/** Programs look themselves up; an image that has users of its own says who they are. */
function writeUser(root: string, { uid, gid }: SandboxUser): void {
  const files = {
    passwd: `root:x:0:0:root:/root:/usr/sbin/nologin\napp:x:${uid}:${gid}::${homeFolder}:/bin/sh\n`,
    group: `root:x:0:\napp:x:${gid}:\n`,
  };
  ensureFolder(root, 'etc');
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, 'etc', name);
    if (kindOf(path) === undefined) writeFileSync(path, text, { flag: 'wx', mode: 0o644 });
  }
}

function makeFolders({ root, user, workingFolder, mounts }: RootOrder): void {
  ensureFolder(root, 'tmp');
  chmodSync(join(root, 'tmp'), 0o1777);
  const inMount = mounts.some(({ target }) => isWithin(workingFolder, target));
  for (const folder of [homeFolder, ...(inMount ? [] : [workingFolder])]) {
    ensureFolder(root, folder);
    chownSync(join(root, folder), user.uid, user.gid);
  }
}

/** The place of a mount in the root, unless it lies in a folder that is mounted before it: who mounts there has made it. */
function makePlace(root: string, mount: SandboxMount, mounts: readonly Bound[]): void {
  const { target } = mount;
  if (mounts.some((other) => other.target !== target && isWithin(target, other.target))) return;
  if (target.startsWith('/dev/')) return;
  ensureFolder(root, dirname(target));
  const place = join(root, target);
  const isFolder = !isBound(mount) || statSync(join(mount.source, mount.below ?? '')).isDirectory();
  const there = kindOf(place);
  if (there === (isFolder ? 'folder' : 'file')) return;
  if (there !== undefined) rmSync(place, { recursive: true, force: true });
  if (isFolder) mkdirSync(place);
  else writeFileSync(place, '', { mode: 0o644 });
}

/** Makes a folder of the root and those above it, never through a link: nobody else writes to the root yet. */
function ensureFolder(root: string, path: string): void {
  let folder = root;
  for (const part of path.split('/').filter((part) => part !== '')) {
    folder = join(folder, part);
    const there = kindOf(folder);
    if (there === undefined) mkdirSync(folder);
    else if (there !== 'folder')
      throw new BlockedError('FailedMount', `${path} leads through what is no folder of the image`);
  }
}
