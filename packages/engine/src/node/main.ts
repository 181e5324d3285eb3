// The node agent as a process of its own: `node main.ts OPTIONS.json`, or without a file under a parent
// that sends `{ type: 'begin', options }`. It tells its parent when it serves, and goes on when the
// parent or the API is away. Pods outlive it; `{ type: 'stop', pods: true }` makes it stop them first.
import '@fairlead/kube/lean-http';
import { readFile } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import type { Connection } from '@fairlead/kube/http';
import type { LogLimits } from './log/rotation.ts';
import type { RegistryEndpoint } from './image/remote.ts';

// Begun before the options are there: a parent starts its parts at once and tells them later.
const loading = Promise.all([
  import('@fairlead/kube'),
  import('@fairlead/kube/http'),
  import('./drain.ts'),
  import('./start.ts'),
]);

interface Options {
  /** How to reach the API: itself, or a kubeconfig file that says it. */
  readonly api?: Connection;
  readonly kubeconfig?: string;
  readonly dataFolder: string;
  /** Where logs are served; `agent.sock` in the data folder by default. */
  readonly socket?: string;
  readonly nodeName?: string;
  /** By the host in an image's name. */
  readonly registries?: Readonly<Record<string, RegistryEndpoint>>;
  /** Of the router, to take addresses out of it. */
  readonly hostPaths?: readonly string[];
  readonly logs?: Partial<LogLimits>;
  readonly drainSocket?: string;
  readonly version?: string;
  readonly isolation?: 'auto' | 'none';
  readonly shown?: readonly string[];
  readonly hidden?: readonly string[];
  readonly loopback?: readonly string[];
}

/** What containers see of this process's environment. */
const visible = ['PATH', 'HOME', 'LANG', 'TMPDIR'];

const complain = (error: unknown, what: string): void => {
  console.error(
    `${new Date().toISOString()} ${what}: ${error instanceof Error ? error.message : String(error)}`,
  );
};

async function main(options: Options): Promise<void> {
  const [
    { createClient, systemClock, systemRandom },
    { loadKubeconfig, openHttp },
    { drainAt },
    { startNode },
  ] = await loading;
  const http = openHttp(options.api ?? (await loadKubeconfig(options.kubeconfig ?? '')));
  const present = Object.entries(process.env).filter(([name]) => visible.includes(name));
  const { drainSocket } = options;
  const node = await startNode({
    registries: {},
    // Stays the same when the machine gets another name: pods are bound to it.
    nodeName: 'local',
    ...options,
    client: createClient(http.transport, { fieldManager: 'node-agent', userAgent: 'fairlead-node' }),
    clock: systemClock,
    random: systemRandom,
    fetch: globalThis.fetch,
    environment: Object.fromEntries(present) as Record<string, string>,
    drain: drainSocket === undefined ? undefined : drainAt(drainSocket),
    onError: complain,
  });
  // Stopping pods is mostly waiting, and neither clock nor children keep a process alive.
  setInterval(() => {}, 2 ** 30);
  const stop = once(async (stopPods: boolean): Promise<void> => {
    await node.close({ stopPods });
    await http.close();
    process.exit(0);
  });
  process.on('message', (message: Message) => {
    if (message.type === 'stop') stop(message.pods === true);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(false));
  await node.ready;
  if (process.connected) process.send?.({ type: 'ready', socket: node.socket });
  // Who is killed writes nothing any more; the next start should be a quick one all the same.
  flushCompileCache();
}

interface Message {
  readonly type?: 'begin' | 'stop';
  readonly options?: unknown;
  readonly pods?: boolean;
}

/** What to do is in a file, or comes from a parent; one that ends before it has said so leaves nothing behind. */
async function readOptions(file: string | undefined): Promise<Options> {
  if (file !== undefined) return JSON.parse(await readFile(file, 'utf8')) as Options;
  const { promise, resolve } = Promise.withResolvers<Options>();
  const leave = (): void => process.exit(0);
  const listen = (message: Message): void => {
    if (message.type === 'stop') leave();
    if (message.type !== 'begin') return;
    process.off('disconnect', leave).off('message', listen);
    resolve(message.options as Options);
  };
  process.on('message', listen).once('disconnect', leave);
  if (!process.connected) leave();
  return promise;
}

function once(stop: (stopPods: boolean) => Promise<void>): (stopPods: boolean) => void {
  let stopping = false;
  return (stopPods) => {
    if (stopping) return;
    stopping = true;
    void stop(stopPods);
  };
}

try {
  await main(await readOptions(process.argv[2]));
} catch (error) {
  complain(error, 'the node agent cannot start');
  const { code, message } = error as NodeJS.ErrnoException;
  if (!process.connected) process.exit(1);
  process.send?.({ type: 'failed', code, message }, () => process.exit(1));
}
