import { rename, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FairleadError } from '@fairlead/api';
import { systemClock } from '@fairlead/kube';
import { type Child, ChildFailed, startChild } from './child.ts';
import { holdFolder, type Places, placesIn } from './folder.ts';
import { endLeftovers } from './leftovers.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface UpOptions {
  /** The data folder. */
  readonly data: string;
  /** Where people, apps, git and the registry come in. */
  readonly listen: Address;
  /** Where the Kubernetes API listens. */
  readonly apiListen: Address;
  /** Told in a line when a part had to be started again. */
  readonly onNotice: (line: string) => void;
}

/** What serves, also in `endpoints.json` of the data folder. */
export interface Endpoints {
  readonly url: string;
  readonly api: string;
  readonly kubeconfig: string;
}

export interface Up {
  readonly endpoints: Endpoints;
  /** Stops the apps' processes, then the platform. The next start takes the apps up again. */
  close(): Promise<void>;
}

/** Where the platform's own objects are. */
export const gateway = { namespace: 'fairlead-system', name: 'fairlead' } as const;

const scripts = {
  'control-plane': fileURLToPath(new URL('../control-plane/main.ts', import.meta.url)),
  router: fileURLToPath(new URL('../../router/main.ts', import.meta.url)),
  node: fileURLToPath(import.meta.resolve('@fairlead/engine/node/main')),
};

/** Starts the platform on this machine: three processes under this one. */
export const startUp = async (options: UpOptions): Promise<Up> => {
  const places = placesIn(options.data);
  const lock = await holdFolder(places);
  const started: Child[] = [];
  const close = async (): Promise<void> => {
    for (const child of started.toReversed()) await child.stop({ type: 'stop', pods: true });
    lock.release();
  };
  try {
    await endLeftovers(places.run, systemClock);
    const endpoints = await startParts(options, places, started);
    await writeWhole(places.endpoints, `${JSON.stringify(endpoints, undefined, 2)}\n`);
    return { endpoints, close };
  } catch (error) {
    await close();
    throw error;
  }
};

const startParts = async (options: UpOptions, places: Places, started: Child[]): Promise<Endpoints> => {
  const begin = async (name: keyof typeof scripts, settings: () => unknown): Promise<Child> => {
    const child = await startChild({
      name,
      script: scripts[name],
      options: settings,
      logs: places.logs,
      run: places.run,
      clock: systemClock,
      onRestart: (part, reason) =>
        options.onNotice(`the ${part} is started again: ${reason}; see ${places.logs}/${part}.log`),
    });
    started.push(child);
    return child;
  };
  // A part that is started again listens where it did: others know its address by then.
  let api = options.apiListen;
  let platform: Address = { host: '127.0.0.1', port: 0 };
  const visitors = await withPort(options.listen);
  const controlPlane = await begin('control-plane', () => ({
    places,
    api,
    platform,
    visitors,
    gateway,
  })).catch(refusedListening(options.apiListen, '--api-listen'));
  ({ api, platform } = controlPlane.ready as unknown as { api: Address; platform: Address });
  const { registries } = controlPlane.ready;
  await Promise.all([
    begin('router', () => ({
      kubeconfig: join(places.run, 'router.kubeconfig'),
      listen: visitors,
      gateway,
      control: places.routerControl,
    })).catch(refusedListening(options.listen, '--listen')),
    begin('node', () => ({
      kubeconfig: join(places.run, 'node.kubeconfig'),
      dataFolder: places.node,
      registries,
      drainSocket: places.routerControl,
    })),
  ]);
  return {
    url: `http://localhost:${visitors.port}`,
    api: `https://${api.host}:${api.port}`,
    kubeconfig: places.kubeconfig,
  };
};

/** Addresses of apps name the port, so one that is free to choose is chosen before anything starts. */
const withPort = async ({ host, port }: Address): Promise<Address> => {
  if (port !== 0) return { host, port };
  const probe = createServer();
  await new Promise<void>((resolve, reject) =>
    probe.once('error', reject).listen({ host, port: 0 }, resolve),
  );
  const chosen = (probe.address() as AddressInfo).port;
  await new Promise((resolve) => probe.close(resolve));
  return { host, port: chosen };
};

const refusedListening =
  ({ host, port }: Address, option: string) =>
  (error: unknown): never => {
    if (!(error instanceof ChildFailed)) throw error;
    const reasons: Record<string, string> = {
      EADDRINUSE: 'another program listens there',
      EACCES: 'that needs more rights than you have',
      EADDRNOTAVAIL: 'this machine has no such address',
    };
    const reason = reasons[error.code ?? ''];
    if (reason === undefined) throw error;
    throw new FairleadError('E_LISTEN', { address: `${host}:${port}`, reason, option });
  };

const writeWhole = async (path: string, text: string): Promise<void> => {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
};
