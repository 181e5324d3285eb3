import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BlockedError } from '../blocked.ts';
import { limitsOf } from '../cgroup/limits.ts';
import { replaceFile } from '../file.ts';
import { hostnameOf, nameFiles } from '../network/files.ts';
import { namespaceFile } from '../network/names.ts';
import type { Bound, Sandbox, SandboxUser } from '../sandbox/contract.ts';
import type { Isolation } from '../sandbox/isolation.ts';
import { makeSandboxRoot } from '../sandbox/root.ts';
import { placeMounts } from '../volume/place-mounts.ts';
import type { Mount } from '../volume/volumes.ts';
import { rootFolder } from './folders.ts';
import { namesFolder } from './network.ts';
import type { PlaceOrder } from './place.ts';
import { namespaceOf } from './spec.ts';

const sandboxFile = (folder: string): string => join(folder, 'sandbox.json');

export interface SandboxOrder extends PlaceOrder {
  readonly isolation: Isolation;
  readonly mounts: readonly Mount[];
  /** Absolute, as the container names it. */
  readonly workingFolder: string;
}

/** Makes what a container lives in, as far as it is on the disk, and writes it down for the node after this one. */
export async function makeSandbox(order: SandboxOrder): Promise<Sandbox> {
  const { isolation, work, container, folder, image, mounts, workingFolder } = order;
  const user = await userOf(order);
  const root = rootFolder(folder);
  const own =
    container.spec.securityContext?.['readOnlyRootFilesystem'] === true
      ? [{ target: '/', source: root, readOnly: true }]
      : [];
  const seen = await makeSandboxRoot({
    root,
    layers: image.layers,
    user,
    machine: isolation.machine,
    common: isolation.common,
    mounts: [...namesOf(work.folder), ...(await placeMounts(mounts))],
    workingFolder,
  });
  const sandbox: Sandbox = {
    network: work.network && namespaceFile(work.network.name),
    hostname: hostnameOf({ pod: work.pod, address: work.network?.address, machine: isolation.names }),
    user,
    mounts: [...own, ...seen],
    groups: (await isolation.cgroups?.open(folder, limitsOf(container.spec))) ?? [],
  };
  await replaceFile(sandboxFile(folder), JSON.stringify(sandbox));
  return sandbox;
}

/** Of a container that an earlier node has started; `undefined`: it runs in none. */
export async function readSandbox(folder: string): Promise<Sandbox | undefined> {
  try {
    return JSON.parse(await readFile(sandboxFile(folder), 'utf8')) as Sandbox;
  } catch {
    return undefined;
  }
}

/** The pod's own names, as files. */
export const namesOf = (podFolder: string): Bound[] =>
  nameFiles.map((name) => ({ target: `/etc/${name}`, source: join(namesFolder(podFolder), name) }));

const noRoot = 'this node runs nothing as root but images with a root file system of their own';

interface Identity {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
  readonly supplementalGroups?: readonly number[];
}

/** Who the pod asks for, else the user of its namespace. */
async function userOf({ isolation, work, container }: SandboxOrder): Promise<SandboxUser> {
  const { pod } = work;
  const ofNamespace = await isolation.users.ofNamespace(namespaceOf(pod));
  const common = (pod.spec.securityContext ?? {}) as Identity;
  const own = (container.spec.securityContext ?? {}) as Identity;
  const { supplementalGroups = [], fsGroup } = common;
  const uid = own.runAsUser ?? common.runAsUser ?? ofNamespace;
  const gid = own.runAsGroup ?? common.runAsGroup ?? ofNamespace;
  // Its files are the machine's, of which root owns everything.
  if (uid === 0 || gid === 0) throw new BlockedError('CreateContainerConfigError', noRoot);
  return {
    uid,
    gid,
    groups: [...new Set([...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])])],
  };
}
