import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxMount } from './contract.ts';

/** What is the same in all containers, made once. */
export interface Skeleton {
  readonly mounts: readonly SandboxMount[];
}

const devices = ['full', 'null', 'random', 'tty', 'urandom', 'zero'];

const links: readonly (readonly [string, string])[] = [
  ['fd', '/proc/self/fd'],
  ['ptmx', 'pts/ptmx'],
  ['stderr', '/proc/self/fd/2'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
];

/**
 * A folder to be seen as `/dev`: the devices themselves are the machine's, mounted one by one (OCI runtime specification,
 * "Default Devices"). What is there stays: containers that outlived their agent stand on it, and lose what is mounted
 * on a name that is removed.
 */
export async function makeSkeleton(folder: string): Promise<Skeleton> {
  const dev = join(folder, 'dev');
  for (const name of ['pts', 'shm']) await mkdir(join(dev, name), { recursive: true });
  // The last is where a container may say why it ended, unless it says another place.
  for (const name of [...devices, 'termination-log'])
    await ensure(writeFile(join(dev, name), '', { flag: 'wx' }));
  for (const [name, target] of links) await ensure(symlink(target, join(dev, name)));
  await chmod(dev, 0o755);
  return {
    mounts: [
      { target: '/dev', source: dev, readOnly: true },
      ...devices.map((name) => ({ target: `/dev/${name}`, source: `/dev/${name}` })),
      { target: '/dev/shm', type: 'tmpfs', options: 'nosuid,nodev,noexec,mode=1777,size=64m' },
      { target: '/dev/pts', type: 'devpts', options: 'nosuid,noexec,newinstance,ptmxmode=0666,mode=0620' },
      { target: '/proc', type: 'proc', options: 'nosuid,nodev,noexec' },
    ],
  };
}

const ensure = (made: Promise<void>): Promise<void> =>
  made.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
