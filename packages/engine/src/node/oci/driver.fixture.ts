import { systemClock } from '@fairlead/kube';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Subject } from '../process/driver.conformance.ts';
import { applets, program } from './busybox.fixture.ts';
import { openOciDriver } from './driver.ts';
import { findRuntime } from './support.ts';

export async function openSubject(base: string): Promise<Subject> {
  const tree = join(base, 'tree');
  if ((await mkdir(join(tree, 'bin'), { recursive: true })) !== undefined) await fill(tree);
  const runtime = await findRuntime(base);
  if (runtime === undefined) throw new Error('there is no runtime');
  return {
    driver: openOciDriver({ clock: systemClock, runtime }),
    place: (folder) => ({
      root: folder,
      workingFolder: '/',
      environment: { PATH: '/bin', GREETING: 'hello' },
      bundle: {
        tree,
        hostname: 'pod',
        user: { uid: 0, gid: 0, groups: [] },
        mounts: [],
        readOnlyRoot: false,
        rights: { capabilities: [], mayGain: false, filtered: true },
        groups: [],
      },
    }),
  };
}

async function fill(tree: string): Promise<void> {
  await cp(program ?? '', join(tree, 'bin/busybox'));
  for (const name of applets) await symlink('/bin/busybox', join(tree, 'bin', name));
}
