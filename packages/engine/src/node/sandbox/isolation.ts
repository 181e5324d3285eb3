import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { type Cgroups, openCgroups } from '../cgroup/cgroups.ts';
import { readIfThere } from '../file.ts';
import type { PodNetwork } from '../network/namespace.ts';
import { type Network, openNetwork } from '../network/network.ts';
import type { SandboxMount } from './contract.ts';
import { gatherMachine, type MachineFiles } from './machine.ts';
import { makeSkeleton } from './skeleton.ts';
import { openUsers, type Users } from './users.ts';

/** What a node keeps its pods apart with. */
export interface Isolation {
  readonly network: Network;
  readonly users: Users;
  readonly machine: MachineFiles;
  readonly common: readonly SandboxMount[];
  /** Where limits can be held; undefined: they are counted only. */
  readonly cgroups: Cgroups | undefined;
  /** The machine's own names, as they were at the start. */
  readonly names: { readonly resolver: string; readonly hosts: string; readonly hostname: string };
  close(): Promise<void>;
}

export interface IsolationOptions {
  readonly dataFolder: string;
  /** What containers see of the node's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** More folders of the machine that containers may read. */
  readonly shown?: readonly string[] | undefined;
  /** Folders that no container sees; the data folder is one of them. */
  readonly hidden?: readonly string[] | undefined;
  readonly onError: (error: unknown, what: string) => void;
}

/** The record of a pod's network, in its folder. */
export const networkFile = (podFolder: string): string => join(podFolder, 'network.json');

export async function openIsolation(options: IsolationOptions): Promise<Isolation> {
  const { dataFolder, environment, shown = [], hidden = [], onError } = options;
  const [network, cgroups, skeleton, resolver, hosts] = await Promise.all([
    openNetwork({ dataFolder, onError }),
    openCgroups(dataFolder),
    makeSkeleton(join(dataFolder, 'skeleton')),
    readIfThere('/etc/resolv.conf'),
    readIfThere('/etc/hosts'),
  ]);
  await network.keep(await listKept(join(dataFolder, 'pods')));
  const { PATH = '', HOME = '/root' } = environment;
  return {
    network,
    users: openUsers(dataFolder),
    // Programs that the platform brings run on its own Node.
    machine: gatherMachine({
      path: `${PATH}:${join(execPath, '..')}`,
      home: HOME,
      shown,
      hidden: [dataFolder, ...hidden],
    }),
    common: skeleton.mounts,
    cgroups,
    names: { resolver: resolver ?? '', hosts: hosts ?? '', hostname: hostname() },
    close: () => network.close(),
  };
}

/** All that have a folder, whether or not their pods are still wanted. */
async function listKept(podsFolder: string): Promise<PodNetwork[]> {
  const uids = await readdir(podsFolder).catch(() => []);
  const read = await Promise.all(uids.map((uid) => readNetwork(join(podsFolder, uid))));
  return read.filter((network) => network !== undefined);
}

/** `undefined`: the pod has had none yet, or was in the machine's own. */
export async function readNetwork(podFolder: string): Promise<PodNetwork | undefined> {
  try {
    return JSON.parse(await readFile(networkFile(podFolder), 'utf8')) as PodNetwork;
  } catch {
    return undefined; // Torn by a power cut, after which there are no networks either.
  }
}
