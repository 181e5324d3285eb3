import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeContext } from '../context.ts';
import { replaceFile } from '../file.ts';
import { writeNames } from '../network/files.ts';
import { networkFile, readNetwork } from '../sandbox/isolation.ts';
import { podAddress } from './address.ts';
import { titleOf } from './spec.ts';
import { containersOf, isRunning, type PodWork } from './work.ts';

/** The address of the machine, for its pods. */
export const hostAddressOf = ({ isolation }: Pick<NodeContext, 'isolation'>): string =>
  isolation?.network.address ?? podAddress;

/** The folder with the pod's own `hosts`, `hostname` and `resolv.conf`. */
export const namesFolder = (podFolder: string): string => join(podFolder, 'etc');

/** Whether a pod has a network of its own here. */
const isApart = ({ isolation }: NodeContext, { pod }: PodWork): boolean =>
  isolation !== undefined && pod.spec.hostNetwork !== true;

/** What an earlier node gave it. Who runs in the machine's network, from a time without namespaces, stays there. */
export async function takeUpNetwork(node: NodeContext, work: PodWork): Promise<void> {
  if (!isApart(node, work)) {
    work.address = work.hostAddress;
    return;
  }
  const kept = await readNetwork(work.folder);
  if (kept !== undefined && node.isolation?.network.has(kept)) {
    work.network = kept;
    work.address = kept.address;
  } else if (containersOf(work).some(isRunning)) work.address = podAddress;
  else if (isOver(work)) work.address = work.pod.status?.podIP;
}

const isOver = ({ pod: { status } }: PodWork): boolean =>
  status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** Gives the pod its network before anything of it runs. */
export function ensureNetwork(node: NodeContext, work: PodWork): Promise<void> {
  work.networking ??= joinNetwork(node, work).catch((error: unknown) => {
    work.networking = undefined;
    throw error;
  });
  return work.networking;
}

async function joinNetwork(node: NodeContext, work: PodWork): Promise<void> {
  const { isolation } = node;
  if (isolation === undefined) return;
  if (isApart(node, work) && work.address !== podAddress && work.network === undefined) {
    work.network = await isolation.network.take();
    work.address = work.network.address;
    await replaceFile(networkFile(work.folder), JSON.stringify(work.network));
  }
  await writeNames(namesFolder(work.folder), {
    pod: work.pod,
    address: work.network?.address,
    server: isolation.network.address,
    machine: isolation.names,
  });
}

/** Nothing of the pod runs any more, and nothing will. Its address is told on. Never rejects. */
export async function releaseNetwork(node: NodeContext, work: PodWork): Promise<void> {
  const { network } = work;
  if (network === undefined) return;
  work.network = undefined;
  try {
    await rm(networkFile(work.folder), { force: true });
    await node.isolation?.network.release(network);
  } catch (error) {
    node.onError(error, `the network of pod ${titleOf(work.pod)}`);
  }
}
