// The node agent as a process of its own: `node main.ts OPTIONS.json`. It tells its parent when it
// serves, and goes on when the parent or the API is away. Pods outlive it; what its parent sends as
// `{ type: 'stop', pods: true }` makes it stop them first.
import { readFile } from 'node:fs/promises';
import { createClient, systemClock, systemRandom } from '@fairlead/kube';
import { loadKubeconfig, openHttp } from '@fairlead/kube/http';
import { drainAt } from './drain.ts';
import type { RegistryEndpoint } from './image/remote.ts';
import { startNode } from './start.ts';

interface Options {
  readonly kubeconfig: string;
  readonly dataFolder: string;
  readonly nodeName?: string;
  /** By the host in an image's name. */
  readonly registries?: Readonly<Record<string, RegistryEndpoint>>;
  /** Of the router, to take addresses out of it. */
  readonly drainSocket?: string;
  readonly version?: string;
}

/** What containers see of this process's environment. */
const visible = ['PATH', 'HOME', 'LANG', 'TMPDIR'];

const complain = (error: unknown, what: string): void => {
  console.error(
    `${new Date().toISOString()} ${what}: ${error instanceof Error ? error.message : String(error)}`,
  );
};

async function main(options: Options): Promise<void> {
  const http = openHttp(await loadKubeconfig(options.kubeconfig));
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
  const stop = once(async (stopPods: boolean): Promise<void> => {
    await node.close({ stopPods });
    await http.close();
    process.exit(0);
  });
  process.on('message', (message: { type?: string; pods?: boolean }) => {
    if (message.type === 'stop') stop(message.pods === true);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // The parent's message was sent before its signal, but may be read after it.
    process.on(signal, () => setTimeout(() => stop(false), 20));
  }
  await node.ready;
  process.send?.({ type: 'ready', socket: node.socket });
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
  await main(JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as Options);
} catch (error) {
  complain(error, 'the node agent cannot start');
  const { code, message } = error as NodeJS.ErrnoException;
  if (process.send === undefined) process.exit(1);
  process.send({ type: 'failed', code, message }, () => process.exit(1));
}
