import type { Clock } from '@fairlead/kube';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stoppedFile } from './pod/folders.ts';
import { removeCgroups } from './cgroup/cgroups.ts';
import { removeNetwork } from './network/network.ts';
import { openProcessDriver } from './process/driver.ts';

/**
 * Kills every process of the pods of a node whose agent is gone, and ends their networks; `dataFolder` is the agent's. The next agent
 * starts them again, at once: it was not their fault.
 */
export async function endPods({ dataFolder, clock }: { dataFolder: string; clock: Clock }): Promise<void> {
  const driver = openProcessDriver({ clock });
  const pods = join(dataFolder, 'pods');
  const attempts = await driver.list(pods);
  // An attempt's folder may be gone while its processes are not.
  await Promise.all(attempts.map((attempt) => writeFile(stoppedFile(attempt), '').catch(() => {})));
  await driver.sweep(pods, { below: true });
  await removeNetwork(dataFolder);
  await removeCgroups(dataFolder);
}
