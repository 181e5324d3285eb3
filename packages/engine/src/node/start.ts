import { type Client, type Clock, openCache, pods, type Random } from '@fairlead/kube';
import { arch, platform } from 'node:process';
import { join, resolve } from 'node:path';
import type { Drain } from './context.ts';
import { type Images, openImages } from './image/images.ts';
import type { Fetch, RegistryEndpoint } from './image/remote.ts';
import { type NodeServerOptions, startNodeServer } from './log/server.ts';
import type { LogLimits } from './log/rotation.ts';
import { startHeartbeat } from './machine/heartbeat.ts';
import { hostAddressOf } from './pod/network.ts';
import { findRuntime } from './oci/support.ts';
import { openContext } from './open-context.ts';
import { NodePods } from './pods.ts';
import { type Isolation, type IsolationOptions, openIsolation } from './sandbox/isolation.ts';
import { whyNotIsolated } from './sandbox/support.ts';
import { startServices } from './service/start.ts';
import { startProvisioner } from './volume/provision.ts';

export interface NodeOptions {
  readonly client: Client;
  readonly nodeName: string;
  /** Everything the node keeps: images, pods and their logs. One node at a time has it. */
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly random: Random;
  /** By the host in an image's name; images of other hosts are not pulled. */
  readonly registries: Readonly<Record<string, RegistryEndpoint>>;
  /** Pulls images; the global `fetch` fits. */
  readonly fetch: Fetch;
  /** Images that were brought here: a folder of OCI layouts, `layouts` in the data folder by default. */
  readonly layouts?: string | undefined;
  /** What containers see of this process's environment: PATH, HOME, LANG, TMPDIR. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes an address out of the router before its pod stops. */
  readonly drain?: Drain | undefined;
  /** Where logs are served; `agent.sock` in the data folder by default. */
  readonly socket?: string | undefined;
  /** Folders of this machine that pods may mount, with all below them. */
  readonly hostPaths?: readonly string[] | undefined;
  /** How much of each container's log is kept; five files of 10 MiB by default, as a kubelet does. */
  readonly logs?: Partial<LogLimits> | undefined;
  readonly version?: string | undefined;
  /** `none`: pods share the machine, also where they could be kept apart. */
  readonly isolation?: 'auto' | 'none' | undefined;
  /** More folders of the machine that containers may read, and those that none may. */
  readonly shown?: readonly string[] | undefined;
  readonly hidden?: readonly string[] | undefined;
  /** Services, as `namespace/name`, that may lead pods to the machine's loopback, besides the API's own. */
  readonly loopback?: readonly string[] | undefined;
  /** What went wrong and is no pod's fault; the node goes on. */
  readonly onError?: (error: unknown, what: string) => void;
}

/** Between attempts to reach the API: pods wait for the answer. */
const longestPauseMs = 1000;

/** A node that takes pods. */
export interface RunningNode extends AsyncDisposable {
  /** The Unix socket that serves logs. */
  readonly socket: string;
  /** The node is registered and has taken up its pods; rejects when it is closed before. */
  readonly ready: Promise<void>;
  /** The pods go on and the next node takes them up; with `stopPods` it starts them again. */
  close(options?: { readonly stopPods?: boolean }): Promise<void>;
}

/**
 * Starts a node: it registers itself and runs the pods that are bound to it as processes of this
 * machine. Resolves when logs are served; the API may come later. Rejects when another node has the
 * data folder.
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { client, clock, random, nodeName, version = 'v0.1.0', onError = () => {} } = options;
  const dataFolder = resolve(options.dataFolder);
  const socket = options.socket ?? join(dataFolder, 'agent.sock');
  let nodePods: NodePods | undefined;
  // First: who holds the socket holds the data folder.
  const server = await startNodeServer({ socket, clock, ...servedOf(() => nodePods) });
  const { isolation, notIsolated } = await tryIsolation({ ...options, dataFolder, onError });
  const cache = openCache({ client, clock, random, backoff: { most: longestPauseMs } });
  const images = await openNodeImages({ ...options, dataFolder });
  const ways = isolation && (await startServices({ ...options, cache, isolation, onError }));
  const runtime = isolation && (await findRuntime(dataFolder));
  const opened = { cache, images, isolation, runtime };
  const context = await openContext({ ...options, dataFolder, onError }, opened);
  nodePods = new NodePods(context);
  const ground = { address: hostAddressOf(context), notIsolated, ownRoots: runtime !== undefined };
  const about = { nodeName, dataFolder, version, platform: ownPlatform, ...ground };
  const heartbeat = startHeartbeat({ client, clock, ...about, onError });
  const provisioner = startProvisioner({ cache, nodeName, folder: context.volumes.folder, onError });
  const informer = cache.informer(pods, { fieldSelector: `spec.nodeName=${nodeName}` });
  const ready = allOf([nodePods.begin(informer), heartbeat.registered, ...(ways ? [ways.synced] : [])]);
  ready.catch(() => {}); // Who does not ask for it need not handle that it never came.
  const close: RunningNode['close'] = async (how = {}) => {
    heartbeat.close();
    await nodePods?.close(how);
    await provisioner.close();
    await server.close();
    await context.volumes.watches.close();
    await ways?.close();
    await cache.close();
    await images.close();
    await isolation?.close();
  };
  return { socket, ready, close, [Symbol.asyncDispose]: () => close() };
}

const openNodeImages = ({ dataFolder, registries, fetch, layouts }: NodeOptions): Promise<Images> =>
  openImages({
    folder: join(dataFolder, 'images'),
    registries,
    fetch,
    layouts: layouts ?? join(dataFolder, 'layouts'),
    platform: ownPlatform,
  });

/** What the pods serve, also before there are any. */
const servedOf = (
  pods: () => NodePods | undefined,
): Pick<NodeServerOptions, 'findLog' | 'sessions' | 'usage'> => ({
  usage: () => pods()?.usage() ?? Promise.reject(new Error(notYet.message)),
  findLog: (wanted) => pods()?.findLog(wanted) ?? notYet,
  sessions: {
    open: (request) => pods()?.sessions.open(request) ?? notYet,
    dial: (name) => pods()?.sessions.dial(name) ?? notYet,
  },
});

const notYet = { status: 404, message: 'the node agent is starting' } as const;

async function tryIsolation(
  options: IsolationOptions & Pick<NodeOptions, 'isolation'>,
): Promise<{ readonly isolation: Isolation | undefined; readonly notIsolated: string | undefined }> {
  const notIsolated = options.isolation === 'none' ? 'the node was told so' : await whyNotIsolated();
  const isolation = notIsolated === undefined ? await openIsolation(options) : undefined;
  return { isolation, notIsolated };
}

const allOf = async (parts: readonly Promise<void>[]): Promise<void> => void (await Promise.all(parts));

/** As OCI and Go call them. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

const ownPlatform = {
  os: platform === 'win32' ? 'windows' : platform,
  architecture: architectures[arch] ?? arch,
};
