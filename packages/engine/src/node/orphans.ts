import { sleep } from '@fairlead/kube';
import { readdir, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { NodeContext } from './context.ts';
import { readNetwork } from './sandbox/isolation.ts';

/** Their objects are gone: nobody can say any more how long they should have had. */
const graceMs = 1000;

/** Ends what earlier nodes started for pods that are not there any more, and removes their folders. */
export async function endOrphans(node: NodeContext, isKnown: (uid: string) => boolean): Promise<void> {
  const attempts = await node.driver.list(node.podsFolder);
  const running = attempts.map((folder) => relative(node.podsFolder, folder).split(sep)[0] ?? '');
  const uids = new Set([...running, ...(await readdir(node.podsFolder))]);
  const orphans = [...uids].filter((uid) => uid !== '' && !isKnown(uid));
  await Promise.all(
    orphans.map((uid) => {
      const own = attempts.filter((_, at) => running[at] === uid);
      return endOrphan(node, join(node.podsFolder, uid), own);
    }),
  );
}

async function endOrphan(node: NodeContext, folder: string, attempts: readonly string[]): Promise<void> {
  const found = await Promise.all(attempts.map((attempt) => node.driver.adopt(attempt)));
  const containers = found.filter((container) => container !== undefined);
  await Promise.all(containers.map((container) => container.begun()));
  for (const container of containers) container.signal('SIGTERM');
  await Promise.race([Promise.all(containers.map(({ ended }) => ended)), sleep(node.clock, graceMs)]);
  for (const container of containers) container.release();
  await node.driver.sweep(folder, { below: true });
  const network = await readNetwork(folder);
  if (network !== undefined) await node.isolation?.network.release(network);
  await rm(folder, { recursive: true, force: true });
}
