import { chmod, chown, lstat, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { composeRoot, ensureFolder } from '../image/compose.ts';
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
  const { root, layers, user, machine, common, workingFolder } = order;
  const own = [...order.mounts.map(({ target }) => dirname(target)), ...inherited(machine), workingFolder];
  await composeRoot({
    layers,
    root,
    own: own.map(withoutSlash).filter((path) => path !== ''),
    owner: user,
    seenAt: ({ tree }) => layerTarget(layers.findIndex((layer) => layer.tree === tree)),
  });
  for (const [path, target] of machine.links) await makeLink(join(root, path), target);
  await writeUser(root, user);
  await makeFolders(order);
  const mounts = await Promise.all(order.mounts.map((mount) => withoutLinks(root, mount)));
  for (const mount of [...common, ...mounts]) await makePlace(root, mount, mounts);
  const filled = await fillFromMachine(root, machine);
  // What the pod mounts hides what would be below it.
  const seen = filled.filter(({ target }) => !mounts.some((mount) => isWithin(target, mount.target)));
  const first = [...layersBelow(layers), ...seen];
  for (const mount of first) await makePlace(root, mount, mounts);
  return [...first, ...common, ...mounts];
}

const layerTarget = (at: number): string => `/.image/${at}`;
const withoutSlash = (path: string): string => path.replace(/^\/+/, '');

/** The topmost layer was copied. */
const layersBelow = (layers: readonly Layer[]): Bound[] =>
  layers.slice(0, -1).map(({ tree }, at) => ({ target: layerTarget(at), source: tree, readOnly: true }));

/** An image may add to these without bringing all of them. */
const inherited = ({ bound }: MachineFiles): string[] => [
  '/etc',
  ...bound,
  ...['bin', 'lib', 'local', 'local/bin', 'local/lib', 'sbin', 'share'].map((name) => `/usr/${name}`),
];

async function withoutLinks(root: string, mount: Bound): Promise<Bound> {
  const target = await resolveInside({ root, mounts: [] }, mount.target);
  return { ...mount, target: target ?? mount.target };
}

async function makeLink(path: string, target: string): Promise<void> {
  if ((await kindOf(path)) === undefined) await symlink(target, path);
}

async function fillFromMachine(root: string, machine: MachineFiles): Promise<SandboxMount[]> {
  const found: SandboxMount[] = [];
  for (const path of machine.bound) {
    const there = await kindOf(join(root, path));
    if (there === undefined) found.push(asItself(path));
    else if (there === 'folder') found.push({ target: path, upper: join(root, path), lower: path });
  }
  for (const name of machine.settings) {
    const path = join('/etc', name);
    if ((await kindOf(join(root, path))) === undefined) found.push(asItself(path));
  }
  const covered = 'ro,nosuid,nodev,mode=0,size=4k';
  return [
    ...found,
    ...machine.covered.map((target) => ({ target, type: 'tmpfs' as const, options: covered })),
  ];
}

const asItself = (path: string): Bound => ({ target: path, source: path, readOnly: true });

async function kindOf(path: string): Promise<'folder' | 'file' | 'link' | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'folder' : found.isSymbolicLink() ? 'link' : 'file';
}

/** Programs look themselves up; an image that has users of its own says who they are. */
async function writeUser(root: string, { uid, gid }: SandboxUser): Promise<void> {
  const files = {
    passwd: `root:x:0:0:root:/root:/usr/sbin/nologin\napp:x:${uid}:${gid}::${homeFolder}:/bin/sh\n`,
    group: `root:x:0:\napp:x:${gid}:\n`,
  };
  await ensureFolder(root, 'etc');
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(root, 'etc', name), text, { flag: 'wx', mode: 0o644 }).catch(ifThere);
  }
}

const ifThere = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EEXIST') throw error;
};

async function makeFolders({ root, user, workingFolder, mounts }: RootOrder): Promise<void> {
  await ensureFolder(root, 'tmp');
  await chmod(join(root, 'tmp'), 0o1777);
  const inMount = mounts.some(({ target }) => isWithin(workingFolder, target));
  for (const folder of [homeFolder, ...(inMount ? [] : [workingFolder])]) {
    await ensureFolder(root, folder);
    await chown(join(root, folder), user.uid, user.gid);
  }
}

/** The place of a mount in the root, unless it lies in a folder that is mounted before it: who mounts there has made it. */
async function makePlace(root: string, mount: SandboxMount, mounts: readonly Bound[]): Promise<void> {
  const { target } = mount;
  if (mounts.some((other) => other.target !== target && isWithin(target, other.target))) return;
  if (target.startsWith('/dev/')) return;
  await ensureFolder(root, dirname(target));
  const place = join(root, target);
  const isFolder = !isBound(mount) || (await stat(join(mount.source, mount.below ?? ''))).isDirectory();
  const there = await kindOf(place);
  if (there === (isFolder ? 'folder' : 'file')) return;
  if (there !== undefined) await rm(place, { recursive: true, force: true });
  if (isFolder) await mkdir(place);
  else await writeFile(place, '', { mode: 0o644 });
}
