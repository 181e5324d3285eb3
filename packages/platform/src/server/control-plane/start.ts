import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { openProcessUse, readProcess, startIdleCollection } from '@fairlead/engine/memory';
import { type Engine, gatewayDefinitions, startEngine } from '@fairlead/engine';
import { connectNodes } from '@fairlead/engine/node';
import {
  type Cache,
  createClient,
  createMetrics,
  type KubeObject,
  openCache,
  systemClock,
  systemRandom,
} from '@fairlead/kube';
import { createBuildTokens, createReviewAuth } from '../../auth/index.ts';
import { startPlatformControllers } from '../../controllers/index.ts';
import { createGateway } from '../../gateway/index.ts';
import { createGit, createGitServer, openRepositories } from '../../git/index.ts';
import { openDiskStorage } from '../../registry/index.ts';
import { platformService } from '../platform-service.ts';
import { type Handler, listen, type Listening } from '../listen.ts';
import { appAdmission } from './admission.ts';
import { changedByAdmission } from './changed-by.ts';
import { builderLater } from './later.ts';
import { ensureKinds, ensurePlatform } from './objects.ts';
import { type ControlPlaneOptions, type ControlPlaneReached, registryHost } from './options.ts';
import { appPorts, deployPorts, type DeployOptions, imagePorts } from './ports.ts';
import { openRegistry, servePaths } from './serve.ts';
import { parts } from './roles.ts';
import { keepKey } from './tokens.ts';

/** The largest pack that a push may send, in bytes. */
const maxPackBytes = 300 * 1024 * 1024;

/**
 * Starts the engine and, on its API, the platform. Tells when other parts can begin, which is before all of it serves.
 * The list of what is started is the list of what is stopped, in reverse.
 */
export const startControlPlane = async (
  options: ControlPlaneOptions,
  tell: (reached: ControlPlaneReached) => void,
): Promise<AsyncDisposable> => {
  const started = new AsyncDisposableStack();
  try {
    const engine = started.use(await openEngine(options));
    const names = { fieldManager: 'fairlead', userAgent: 'fairlead' };
    // Who installs may give the parts their roles; the parts themselves may not.
    const installer = createClient(engine.transport(), names);
    const client = createClient(engine.transport(parts.platform), names);
    const { promise: handler, resolve: serveBy } = Promise.withResolvers<Handler>();
    const early: Handler = async (request) => (await handler)(request);
    const { address } = started.adopt(await listen(early, options.platform), (each) => each.close());
    await ensureKinds(installer, gatewayDefinitions() as unknown as KubeObject[]);
    tell(describe(options, engine, address));
    const cache = started.adopt(openCache({ client, clock: systemClock, random: systemRandom }), (each) =>
      each.close(),
    );
    const served = openPlatform(options, { engine, cache, started });
    await Promise.all([served, ensurePlatform(installer, { gateway: options.gateway, platform: address })]);
    serveBy(await served);
    started.defer(startIdleCollection(openProcessUse(), systemClock));
    return started;
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
};

const openEngine = ({ places, api }: ControlPlaneOptions): Promise<Engine> => {
  const metrics = createMetrics();
  readProcess(metrics, systemClock);
  return startEngine({
    store: { data: places.engine },
    listen: { ...api, kubeconfig: places.kubeconfig, users: Object.values(parts) },
    controllers: true,
    admission: [appAdmission, changedByAdmission(parts.platform.name)],
    sharedNetwork: true,
    node: connectNodes(() => places.agentSocket),
    metrics,
    onError: (error) => console.error(error),
  });
};

const describe = (
  { api }: ControlPlaneOptions,
  engine: Engine,
  platform: Listening['address'],
): ControlPlaneReached => ({
  api: { host: api.host, port: Number(new URL(engine.url ?? '').port) },
  platform,
  access: {
    admin: engine.access(),
    router: engine.access(parts.router.name),
    node: engine.access(parts.node.name),
  },
  registries: {
    [registryHost]: {
      url: `http://${platform.host}:${platform.port}`,
      token: engine.access(parts.node.name).token,
    },
  },
});

interface Opened {
  readonly engine: Engine;
  readonly cache: Cache;
  readonly started: AsyncDisposableStack;
}

/** Everything behind the platform's own address, and what works for it. */
const openPlatform = async (options: ControlPlaneOptions, opened: Opened): Promise<Handler> => {
  const { engine, cache, started } = opened;
  const { places } = options;
  const auth = createReviewAuth(cache.client);
  const buildTokens = createBuildTokens(await keepKey(join(places.run, 'build-token.key')), systemClock);
  const storage = await openDiskStorage(places.registry);
  const registry = openRegistry({ storage, clock: systemClock, auth, buildTokens });
  started.defer(() => registry.close());
  const scratch = await openScratch(places.root);
  const builder = builderLater(async () => {
    const { openBuilder } = await import('./builder.ts');
    const { token } = engine.access(parts.platform.name);
    const origins = {
      shared: registryOrigin(options.visitors),
      apart: `http://${platformService}.${options.gateway.namespace}.svc.cluster.local`,
    };
    return openBuilder({ cache, registry, token, scratch, origins });
  });
  const git = createGit(process.env['PATH'] ?? '/usr/bin:/bin');
  const hooks = fileURLToPath(new URL('../../git', import.meta.url));
  const repositories = openRepositories({ folder: places.git, hooks, git, maxBytes: maxPackBytes });
  const deploys: DeployOptions = { builder, cache, client: cache.client, newId: randomUUID };
  const handler = servePaths({
    registry,
    git: createGitServer({ auth, ports: deployPorts(deploys), repositories, git }),
    gateway: createGateway({ auth, ports: deployPorts(deploys) }),
  });
  const controllers = startPlatformControllers(cache, {
    app: appPorts({ builder, registry, repositories, domain: 'localhost', port: options.visitors.port }),
    image: imagePorts(builder, buildTokens, systemClock),
    release: { domain: 'localhost', gateway: options.gateway },
  });
  for (const controller of controllers) started.use(controller);
  await Promise.all(controllers.map(({ ready }) => ready));
  return handler;
};

const openScratch = async (root: string): Promise<string> => {
  const scratch = join(root, 'scratch');
  // What a control plane that was killed had there is of no use.
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  return scratch;
};

/** Builds come to the registry as visitors do: that address stays when the control plane is started anew. */
const registryOrigin = ({ host, port }: ControlPlaneOptions['visitors']): string => {
  const anywhere: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const address = anywhere[host] ?? host;
  if (isIP(address) === 0) return `http://localhost:${port}`;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
};
