import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ComponentName, ensureComponent } from './components.ts';
import { administrator, type TokenUser, writeCredentials } from './credentials.ts';
import { compactEtcd } from './etcd.ts';
import {
  apiserverFlags,
  controllerManagerFlags,
  rootCaFlag,
  etcdFlags,
  etcdUrl,
  type Layout,
  schedulerFlags,
} from './flags.ts';
import { startGuard } from './guard.ts';
import { type Part, startPart } from './process.ts';

/** A real Kubernetes control plane on loopback: etcd, kube-apiserver and, when started, its controllers. */
export interface ControlPlane extends AsyncDisposable {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  /** The administrator's. */
  readonly token: string;
  /** Of every user, by name. */
  readonly tokens: ReadonlyMap<string, string>;
  /** The administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** What runs, for who wants to measure it. */
  readonly pids: Readonly<Partial<Record<ComponentName, number>>>;
  /** Starts kube-controller-manager, unless it runs. */
  startControllers(): Promise<void>;
  /** Starts kube-scheduler, unless it runs. */
  startScheduler(): Promise<void>;
  /** Forgets all history, as the API server's own compaction does every few minutes. */
  compact(): Promise<void>;
}

export interface ControlPlaneOptions {
  /** Users besides the administrator. */
  readonly users?: readonly TokenUser[];
  /** Whether etcd waits for the disk. No, unless told. */
  readonly fsync?: boolean;
}

/**
 * Boots the control plane; it serves when the promise resolves. Its programs are built when they are not in the
 * cache. Nothing outlives it, nor this process: see `guard.ts`.
 */
export const startControlPlane = async (options: ControlPlaneOptions = {}): Promise<ControlPlane> => {
  const started = new AsyncDisposableStack();
  try {
    return await boot(options, started);
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
};

const boot = async (options: ControlPlaneOptions, started: AsyncDisposableStack): Promise<ControlPlane> => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-cluster-'));
  const guard = startGuard(folder);
  started.defer(() => guard.release());
  started.defer(() => rmSync(folder, { recursive: true, force: true }));
  const [etcdPort = 0, peerPort = 0, port = 0] = await freePorts(3);
  const layout: Layout = { folder, etcdPort, peerPort, port, fsync: options.fsync ?? false };
  const url = `https://127.0.0.1:${port}`;
  const { ca, tokens } = await writeCredentials({ folder, url, users: options.users ?? [] });
  const parts = new Map<ComponentName, Part>();
  const start = async (name: ComponentName, args: readonly string[]): Promise<void> => {
    const log = join(folder, `${name}.log`);
    const part = await startPart({ name, path: ensureComponent(name), args, log });
    guard.watch(part.pid);
    started.defer(() => part.stop());
    parts.set(name, part);
  };
  await start('etcd', etcdFlags(layout));
  await start('kube-apiserver', apiserverFlags(layout));
  const token = tokens.get(administrator.name) ?? '';
  await untilReady({ url, ca, token }, () => [...parts.values()]);
  return {
    url,
    ca,
    token,
    tokens,
    kubeconfig: join(folder, 'kubeconfig'),
    get pids() {
      return Object.fromEntries([...parts].map(([name, { pid }]) => [name, pid]));
    },
    startControllers: async () => {
      if (parts.has('kube-controller-manager')) return;
      await start('kube-controller-manager', [...controllerManagerFlags(layout), rootCaFlag(layout)]);
    },
    startScheduler: async () => {
      if (!parts.has('kube-scheduler')) await start('kube-scheduler', schedulerFlags(layout));
    },
    compact: () => compactEtcd(etcdUrl(layout)),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
};

const freePorts = async (count: number): Promise<number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  return Promise.all(
    servers.map(async (server) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.once('listening', resolve);
      await promise;
      const { port } = server.address() as AddressInfo;
      server.close();
      return port;
    }),
  );
};

const READY_MILLISECONDS = 120_000;
const ASK_AGAIN_MILLISECONDS = 100;

interface Access {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
}

/** An API server says of itself when it serves, and etcd is asked by it. */
const untilReady = async (access: Access, parts: () => readonly Part[]): Promise<void> => {
  const deadline = performance.now() + READY_MILLISECONDS;
  while ((await statusOf(access)) !== 200) {
    const ended = parts().flatMap((part) => part.ended() ?? []);
    if (ended.length > 0) throw new Error(ended.join('\n'));
    if (performance.now() > deadline) throw new Error('the API server is not ready in two minutes');
    await new Promise((next) => setTimeout(next, ASK_AGAIN_MILLISECONDS));
  }
};

const statusOf = ({ url, ca, token }: Access): Promise<number | undefined> => {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const headers = { authorization: `Bearer ${token}` };
  request(`${url}/readyz`, { ca, headers, agent: false }, (answer) => {
    answer.resume();
    resolve(answer.statusCode);
  })
    .on('error', () => resolve(undefined))
    .end();
  return promise;
};
