import { rename, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@fairlead/kube/clock';
import type { ControlPlaneReached } from '../control-plane/options.ts';
import { platformService } from '../platform-service.ts';
import { untilAnswered } from './front-door.ts';
import { holdFolder, type Places, placesIn } from './folder.ts';
import { endLeftovers } from './leftovers.ts';
import { Part } from './part.ts';
import { refuseStart } from './refusals.ts';
import { removeSocketFolder } from './sockets.ts';

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
  /** `none`: apps share the machine's network and files, also where they could be kept apart. */
  readonly isolation?: 'auto' | 'none';
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
  /** Ends everything at once while it is being stopped. */
  readonly hurry?: AbortSignal;
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
  /** The administrator's. */
  readonly token: string;
  /** Stops the apps' processes, then the platform. The next start takes the apps up again. */
  close(): Promise<void>;
}

/** Where the platform's own objects are. */
export const gateway = { namespace: 'fairlead-system', name: 'fairlead' } as const;

const scripts = {
  'control-plane': fileURLToPath(new URL('../control-plane/main.ts', import.meta.url)),
  router: fileURLToPath(new URL('../router/main.ts', import.meta.url)),
  node: fileURLToPath(import.meta.resolve('@fairlead/engine/node/main')),
};

/** The packages, and what they depend on. */
const codeFolders = ['../../../..', '../../../../../node_modules'].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)).replace(/\/$/, ''),
);

type Parts = Readonly<Record<keyof typeof scripts, Part>>;

/** Starts the platform on this machine: three processes under this one. Rejects with the signal's reason when it is aborted. */
export const startUp = async (options: UpOptions): Promise<Up> => {
  const places = placesIn(options.data);
  const lock = await holdFolder(places);
  // The command lives until it is closed; the clock and what has ended already do not keep it alive.
  const alive = setInterval(() => {}, 2 ** 30);
  await endLeftovers(places.run, systemClock);
  const parts = spawnParts(options, places);
  const close = async (): Promise<void> => {
    const stopping = Promise.race([stopParts(parts), aborted(options.hurry)]);
    await stopping.catch(() => Promise.all(Object.values(parts).map((part) => part.kill())));
    // Also what the node agent had no time to end, or did not know of yet.
    const { endPods } = await import('@fairlead/engine/node');
    await endPods({ dataFolder: places.node, clock: systemClock });
    await removeSocketFolder(places.sockets, places.run);
    lock.release();
    clearInterval(alive);
  };
  try {
    const starting = beginParts(options, { places, parts });
    const { endpoints, token } = await Promise.race([starting, aborted(options.signal)]);
    await writeWhole(places.endpoints, `${JSON.stringify(endpoints, undefined, 2)}\n`);
    return { endpoints, token, close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** All at once: each loads its code while it waits for what it needs from the others. */
const spawnParts = (options: UpOptions, { logs, run }: Places): Parts => {
  const onRestart = (part: string, reason: string): void =>
    options.onNotice(`the ${part} is started again: ${reason}; see ${logs}/${part}.log`);
  const spawn = (name: keyof typeof scripts): Part =>
    new Part({ name, script: scripts[name], logs, run, clock: systemClock, onRestart });
  return { 'control-plane': spawn('control-plane'), router: spawn('router'), node: spawn('node') };
};

/** Visitors first, whose requests are answered to the end; what apps wrote last is still taken by the API. */
const stopParts = async (parts: Parts): Promise<void> => {
  for (const name of ['router', 'node', 'control-plane'] as const) await parts[name].stop({ pods: true });
};

interface Spawned {
  readonly places: Places;
  readonly parts: Parts;
}

const beginParts = async (
  options: UpOptions,
  { places, parts }: Spawned,
): Promise<Pick<Up, 'endpoints' | 'token'>> => {
  const { logs, routerControl: control } = places;
  const refuseVisitors = refuseStart({
    part: 'router',
    logs,
    listen: { ...options.listen, option: '--listen' },
  });
  const visitors = await withPort(options.listen).catch(refuseVisitors);
  const { reached, serves } = beginControlPlane(options, { places, parts, visitors });
  const { access, registries } = await reached;
  await Promise.all([
    serves,
    parts.router
      .begin(() => ({ api: access.router, listen: visitors, gateway, control }))
      .catch(refuseVisitors),
    parts.node
      .begin(() => ({
        api: access.node,
        dataFolder: places.node,
        socket: places.agentSocket,
        registries,
        drainSocket: control,
        isolation: options.isolation ?? 'auto',
        // What builds run is the platform's own code.
        shown: codeFolders,
        hidden: [places.root],
        loopback: [`${gateway.namespace}/${platformService}`],
      }))
      .catch(refuseStart({ part: 'node', logs })),
  ]);
  await untilAnswered(visitors, systemClock).catch(refuseVisitors);
  const url = `http://localhost:${visitors.port}`;
  const { server, token } = access.admin;
  return { endpoints: { url, api: server, kubeconfig: places.kubeconfig }, token };
};

/** The others begin when it has come so far that they can: what it still lacks then, none of them needs to begin. */
const beginControlPlane = (
  { apiListen }: UpOptions,
  { places, parts, visitors }: Spawned & { readonly visitors: Address },
): { readonly reached: Promise<ControlPlaneReached>; readonly serves: Promise<void> } => {
  // When it is started again it listens where it did: others know its addresses by then.
  let api = apiListen;
  let platform: Address = { host: '127.0.0.1', port: 0 };
  const { promise: reached, resolve, reject } = Promise.withResolvers<ControlPlaneReached>();
  const serves = parts['control-plane']
    .begin(
      () => ({ places, api, platform, visitors, gateway }),
      (message) => {
        const told = message as unknown as ControlPlaneReached;
        ({ api, platform } = told);
        resolve(told);
      },
    )
    .catch(
      refuseStart({
        part: 'control-plane',
        logs: places.logs,
        listen: { ...apiListen, option: '--api-listen' },
      }),
    );
  serves.catch(reject);
  return { reached, serves };
};

const aborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => reject(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });

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

const writeWhole = async (path: string, text: string): Promise<void> => {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
};
