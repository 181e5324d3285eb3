import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { networkNames } from '../network/names.ts';
import { type Limits, type Setting, settingsV1, settingsV2 } from './limits.ts';

/** The kernel's groups that hold containers to their limits. */
export interface Cgroups {
  /** Makes the groups of a container, named by the folder of its attempt. Gives the files by which a process joins them. */
  open(folder: string, limits: Limits): Promise<string[]>;
  /** Removes them when nothing of the container is left; whether the kernel has ended a process of it for want of memory. */
  close(folder: string): Promise<{ readonly outOfMemory: boolean }>;
}

const mounted = '/sys/fs/cgroup';
const controllers = ['memory', 'cpu', 'pids'] as const;

interface Tree {
  /** The node's own folder. */
  readonly folder: string;
  readonly settings: (limits: Limits) => readonly Setting[];
  /** The file that counts the ends for want of memory. */
  readonly ends?: string;
}

/** The groups of a node; `undefined` where the machine lets it make none. */
export async function openCgroups(dataFolder: string): Promise<Cgroups | undefined> {
  const trees = await findTrees(dataFolder);
  try {
    await Promise.all(trees.map(({ folder }) => mkdir(folder, { recursive: true })));
    if (isUnified()) await hand(trees.map(({ folder }) => folder));
  } catch {
    return undefined;
  }
  await Promise.all(trees.map(({ folder }) => removeEmpty(folder)));
  return {
    async open(folder, limits) {
      const name = nameOf(folder);
      await Promise.all(trees.map((tree) => openGroup(tree, name, limits)));
      return trees.map((tree) => join(tree.folder, name, 'cgroup.procs'));
    },
    async close(folder) {
      const name = nameOf(folder);
      const counts = await Promise.all(trees.map((tree) => readEnds(tree, name)));
      await Promise.all(trees.map((tree) => removeGroup(join(tree.folder, name))));
      return { outOfMemory: counts.some((count) => count > 0) };
    },
  };
}

/** Ends the groups of a node that is gone. */
export async function removeCgroups(dataFolder: string): Promise<void> {
  for (const { folder } of await findTrees(dataFolder)) {
    await removeEmpty(folder);
    await removeGroup(folder);
  }
}

const isUnified = (): boolean => existsSync(join(mounted, 'cgroup.controllers'));

const nameOf = (folder: string): string => createHash('sha256').update(folder).digest('hex').slice(0, 20);

/** Below the agent's own groups, whose limits hold for its pods too. */
async function findTrees(dataFolder: string): Promise<Tree[]> {
  const lines = (await readFile('/proc/self/cgroup', 'utf8').catch(() => '')).split('\n');
  const own = new Map(
    lines.map((line) => line.split(':')).map(([, names = '', path = '/']) => [names, path]),
  );
  const { node } = networkNames(dataFolder);
  if (isUnified()) {
    const folder = join(mounted, own.get('') ?? '/', node);
    return [{ folder, settings: settingsV2, ends: 'memory.events' }];
  }
  return controllers.map((controller) => ({
    folder: join(mounted, controller, pathOf(own, controller), node),
    settings: (limits) => settingsV1(limits)[controller] ?? [],
    ...(controller === 'memory' && { ends: 'memory.oom_control' }),
  }));
}

/** Controllers may share a tree: `cpu,cpuacct`. */
const pathOf = (own: ReadonlyMap<string, string>, controller: string): string =>
  [...own].find(([names]) => names.split(',').includes(controller))?.[1] ?? '/';

/** In one tree a group has the controllers that the one above hands on. */
async function hand(folders: readonly string[]): Promise<void> {
  const wanted = controllers.map((controller) => `+${controller}`).join(' ');
  for (const folder of folders) {
    await writeFile(join(folder, '..', 'cgroup.subtree_control'), wanted);
    await writeFile(join(folder, 'cgroup.subtree_control'), wanted);
  }
}

async function openGroup(tree: Tree, name: string, limits: Limits): Promise<void> {
  const group = join(tree.folder, name);
  await mkdir(group, { recursive: true });
  for (const [file, value] of tree.settings(limits)) await writeFile(join(group, file), value);
}

async function readEnds({ folder, ends }: Tree, name: string): Promise<number> {
  if (ends === undefined) return 0;
  const text = await readFile(join(folder, name, ends), 'utf8').catch(() => '');
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

async function removeEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map(({ name }) => removeGroup(join(folder, name))),
  );
}

/** One in which a process is left stays; so does what is not there. */
const removeGroup = (group: string): Promise<void> => rmdir(group).catch(() => {});
