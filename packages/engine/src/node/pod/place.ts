import type { Container } from '@fairlead/kube';
import { join } from 'node:path';
import type { NodeContext } from '../context.ts';
import { gatherEnvironment, imageEnvironment, processEnvironment } from '../environment/environment.ts';
import { composeRoot, ensureFolder, mountAt } from '../image/compose.ts';
import { parseEntryPath } from '../image/entry-path.ts';
import type { ImageConfig } from '../image/manifest.ts';
import type { LocalImage } from '../image/pull.ts';
import type { Bundle } from '../oci/contract.ts';
import { homeFolder } from '../sandbox/root.ts';
import type { Sandbox } from '../sandbox/contract.ts';
import { foldersOf, type Mount } from '../volume/volumes.ts';
import { factsOf } from './facts.ts';
import { rootFolder } from './folders.ts';
import { makeBundle } from './bundle.ts';
import { makeSandbox } from './sandbox.ts';
import type { ContainerWork, PodWork } from './work.ts';

/** Where and with what the commands of a container run. */
export interface Place {
  readonly root: string;
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The pod's own variables, for `$(NAME)` in its command. */
  readonly variables: ReadonlyMap<string, string>;
  /** Then the working folder is a path of the container. */
  readonly sandbox?: Sandbox | undefined;
  /** The same, for an image with a root of its own. */
  readonly bundle?: Bundle | undefined;
}

export interface PlaceOrder {
  readonly node: NodeContext;
  readonly work: PodWork;
  readonly container: ContainerWork;
  /** Of the attempt. */
  readonly folder: string;
  readonly image: LocalImage;
}

type Asking = Pick<PlaceOrder, 'node' | 'work' | 'container'>;

/** What the pod itself sets, from wherever it takes it. */
export async function gatherVariables({ node, work, container }: Asking): Promise<Place['variables']> {
  const { pod } = work;
  const { variables, skipped } = await gatherEnvironment({
    pod,
    container: container.spec,
    sources: node.sources,
    facts: factsOf(node, work),
    services: await node.services(),
  });
  if (skipped.length > 0) {
    const message = `Keys [${skipped.join(', ')}] were skipped: they cannot be names of variables on this node`;
    node.note(pod, { type: 'Warning', reason: 'InvalidEnvironmentVariableNames', message }, container);
  }
  return variables;
}

export type KnownPlaceOrder = PlaceOrder & Pick<Place, 'variables'>;

/** What the container's processes see, without touching the disk: it runs in the bundle or sandbox, if there is one. */
export function describePlace(order: KnownPlaceOrder, within: Pick<Place, 'bundle' | 'sandbox'>): Place {
  const { node, work, container, folder, image, variables } = order;
  const { bundle, sandbox } = within;
  if (bundle !== undefined) return describeBundle(order, bundle);
  const { pod } = work;
  const root = rootFolder(folder);
  const { config } = image;
  const { HOME, TMPDIR, ...machine } = node.machine;
  const environment = processEnvironment({
    machine: sandbox ? { ...machine, HOME: homeFolder } : node.machine,
    image: config.environment,
    pod,
    variables,
    root: sandbox ? '/' : root,
  });
  const workingFolder = join(sandbox ? '/' : root, workingPath(container.spec, config));
  return { root, workingFolder, environment, variables, sandbox };
}

function describeBundle({ container, folder, image, variables }: KnownPlaceOrder, bundle: Bundle): Place {
  const environment = imageEnvironment({ image: image.config.environment, variables, bundle });
  const workingFolder = `/${workingPath(container.spec, image.config)}`;
  return { root: rootFolder(folder), workingFolder, environment, variables, bundle };
}

/** Makes all that the container needs on the disk. */
export async function preparePlace(order: KnownPlaceOrder, mounts: readonly Mount[]): Promise<Place> {
  const { node, container, image } = order;
  const { isolation } = node;
  if (isolation && node.runtime && !image.config.needsMachine) {
    return describePlace(order, { bundle: await makeBundle({ ...order, isolation, mounts }) });
  }
  const workingFolder = `/${workingPath(container.spec, image.config)}`;
  const sandbox = isolation && (await makeSandbox({ ...order, isolation, mounts, workingFolder }));
  if (sandbox === undefined) await makeRoot(order, mounts);
  return describePlace(order, { sandbox });
}

/** Makes the container's root where there are no namespaces: the image's layers, links to what is mounted, the working folder. */
async function makeRoot(order: PlaceOrder, mounts: readonly Mount[]): Promise<void> {
  const { folder, image, container } = order;
  const root = rootFolder(folder);
  const working = workingPath(container.spec, image.config);
  await composeRoot({ layers: image.layers, root, own: [...foldersOf(mounts), working] });
  for (const mount of mounts) {
    const parent = foldersOf([mount])[0];
    if (parent !== undefined) await ensureFolder(root, parent);
    await mountAt({ root, ...mount });
  }
  if (!mounts.some(({ path }) => working === path || working.startsWith(`${path}/`))) {
    await ensureFolder(root, working);
  }
}

/** Below the root, whether it is written with a leading slash or without. */
const workingPath = (spec: Container, config: ImageConfig): string =>
  parseEntryPath((spec.workingDir || config.workingDir).replace(/^\/+/, '')).join('/');
