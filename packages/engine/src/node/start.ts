import { type Client, type Clock, createRecorder, openCache, pods, type Random } from '@fairlead/kube';
import { mkdir } from 'node:fs/promises';
import { arch, platform } from 'node:process';
import { join, resolve } from 'node:path';
import type { Drain, NodeContext } from './context.ts';
import { openSources } from './environment/sources.ts';
import { openImages } from './image/images.ts';
import type { Fetch, RegistryEndpoint } from './image/remote.ts';
import { type FindLog, startNodeServer } from './log/server.ts';
import { startHeartbeat } from './machine/heartbeat.ts';
import { hostAddressOf } from './pod/network.ts';
import { openPorts } from './pod/ports.ts';
import { NodePods } from './pods.ts';
import { openProcessDriver } from './process/driver.ts';
import { type Isolation, type IsolationOptions, openIsolation } from './sandbox/isolation.ts';
import { whyNotIsolated } from './sandbox/support.ts';

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
  /** What containers see of this process's environment: PATH, HOME, LANG, TMPDIR. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes an address out of the router before its pod stops. */
  readonly drain?: Drain | undefined;
  /** Where logs are served; `agent.sock` in the data folder by default. */
  readonly socket?: string | undefined;
  readonly version?: string | undefined;
  /** `none`: pods share the machine, also where they could be kept apart. */
  readonly isolation?: 'auto' | 'none' | undefined;
  /** More folders of the machine that containers may read, and those that none may. */
  readonly shown?: readonly string[] | undefined;
  readonly hidden?: readonly string[] | undefined;
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
  const { client, clock, random, nodeName } = options;
  const dataFolder = resolve(options.dataFolder);
  const socket = options.socket ?? join(dataFolder, 'agent.sock');
  const machine = {
    os: platform === 'win32' ? 'windows' : platform,
    architecture: architectures[arch] ?? arch,
  };
  const onError = options.onError ?? (() => {});
  let nodePods: NodePods | undefined;
  const findLog: FindLog = (wanted) => nodePods?.findLog(wanted) ?? notYet;
  // First: who holds the socket holds the data folder.
  const server = await startNodeServer({ socket, findLog, clock });
  const { isolation, notIsolated } = await tryIsolation({ ...options, dataFolder, onError });
  const cache = openCache({ client, clock, random, backoff: { most: longestPauseMs } });
  const images = await openImages({
    folder: join(dataFolder, 'images'),
    registries: options.registries,
    fetch: options.fetch,
    platform: machine,
  });
  const opened = { client: cache.client, images, isolation };
  const context = await openContext({ ...options, dataFolder, onError }, opened);
  nodePods = new NodePods(context);
  const about = { nodeName, version: options.version ?? 'v0.1.0', platform: machine, notIsolated };
  const heartbeat = startHeartbeat({ client, clock, ...about, address: hostAddressOf(context), onError });
  const informer = cache.informer(pods, { fieldSelector: `spec.nodeName=${nodeName}` });
  const ready = allOf([nodePods.begin(informer), heartbeat.registered]);
  ready.catch(() => {}); // Who does not ask for it need not handle that it never came.
  const close: RunningNode['close'] = async (how = {}) => {
    heartbeat.close();
    await nodePods?.close(how);
    await server.close();
    await cache.close();
    await images.close();
    await isolation?.close();
  };
  return { socket, ready, close, [Symbol.asyncDispose]: () => close() };
}

const notYet = { status: 404, message: 'the node agent is starting' } as const;

async function tryIsolation(
  options: IsolationOptions & Pick<NodeOptions, 'isolation'>,
): Promise<{ readonly isolation: Isolation | undefined; readonly notIsolated: string | undefined }> {
  const notIsolated = options.isolation === 'auto' ? await whyNotIsolated() : 'the node was told so';
  const isolation = notIsolated === undefined ? await openIsolation(options) : undefined;
  return { isolation, notIsolated };
}

const allOf = async (parts: readonly Promise<void>[]): Promise<void> => void (await Promise.all(parts));

/** As OCI and Go call them. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

type Opened = Pick<NodeContext, 'client' | 'images' | 'isolation'>;

async function openContext(
  options: NodeOptions & { readonly onError: NodeContext['onError'] },
  { client, images, isolation }: Opened,
): Promise<NodeContext> {
  const { clock, onError } = options;
  const podsFolder = join(options.dataFolder, 'pods');
  await mkdir(podsFolder, { recursive: true, mode: 0o700 });
  const onLost = (error: unknown) => onError(error, 'an event');
  const recorder = createRecorder({
    client: options.client,
    clock,
    component: 'kubelet',
    host: options.nodeName,
    onLost,
  });
  return {
    client,
    clock,
    images,
    podsFolder,
    onError,
    driver: openProcessDriver({ clock }),
    sources: openSources(options.client),
    ports: openPorts(),
    machine: options.environment,
    drain: options.drain,
    isolation,
    note: (pod, note, container) => void recorder.record(pod, { ...note, ...partOf(container) }),
  };
}

/** As a kubelet names what of a pod an event is about. */
const partOf = (container: Parameters<NodeContext['note']>[2]): { readonly fieldPath?: string } => {
  if (container === undefined) return {};
  const { role, spec } = container;
  const list =
    role === 'main' ? 'containers' : role === 'ephemeral' ? 'ephemeralContainers' : 'initContainers';
  return { fieldPath: `spec.${list}{${spec.name}}` };
};
