import { join } from 'node:path';
import { limitsOf } from '../cgroup/limits.ts';
import { readIfThere, replaceFile } from '../file.ts';
import { hostnameOf } from '../network/files.ts';
import { namespaceFile } from '../network/names.ts';
import type { Bundle } from '../oci/contract.ts';
import { decideRights } from '../oci/rights.ts';
import { decideUser } from '../oci/user.ts';
import { placeMounts } from '../volume/place-mounts.ts';
import { namesOf, type SandboxOrder } from './sandbox.ts';

const bundleFile = (folder: string): string => join(folder, 'bundle.json');

/** Decides what a container of an image with a root of its own is made of, and writes it down for the node after this one. */
export async function makeBundle(order: Omit<SandboxOrder, 'workingFolder'>): Promise<Bundle> {
  const { node, isolation, work, container, folder, image, mounts } = order;
  const { pod } = work;
  const tree = await node.images.ensureTree(image);
  const bundle: Bundle = {
    tree,
    network: work.network && namespaceFile(work.network.name),
    hostname: hostnameOf({ pod, address: work.network?.address, machine: isolation.names }),
    user: await decideUser({ pod, container: container.spec, ofImage: image.config.user, tree }),
    mounts: [...namesOf(work.folder), ...(await placeMounts(mounts))],
    readOnlyRoot: container.spec.securityContext?.['readOnlyRootFilesystem'] === true,
    rights: decideRights(pod, container.spec),
    groups: (await isolation.cgroups?.open(folder, limitsOf(container.spec))) ?? [],
  };
  await replaceFile(bundleFile(folder), JSON.stringify(bundle));
  return bundle;
}

/** Of a container that an earlier node has started; `undefined`: it has no root of its own. */
export async function readBundle(folder: string): Promise<Bundle | undefined> {
  const text = await readIfThere(bundleFile(folder));
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Bundle);
  } catch {
    return undefined; // Torn by a power cut, after which nothing of it runs either.
  }
}
