import { join } from 'node:path';
import {
  type Clock,
  createMetrics,
  type KubeRequest,
  type Metrics,
  type Random,
  systemClock,
  systemRandom,
  type Transport,
} from '@fairlead/kube';
import type { Admission } from './admission/chain.ts';
import { openSteps } from './admission/steps.ts';
import { createPorts, type Ports } from './admission/ports.ts';
import { type Authentication, createAuthentication } from './auth/authentication.ts';
import type { Access } from './auth/kubeconfig.ts';
import { newSecret } from './auth/secret.ts';
import type { FindMetadata } from './auth/service-account.ts';
import { openSigningKey } from './auth/signing-key.ts';
import { openTokenFile, type Tokens } from './auth/tokens.ts';
import { admin, apiserver, type User } from './auth/user.ts';
import { storeFile } from './backup.ts';
import { ensureApiService } from './bootstrap/api-service.ts';
import { bootstrap } from './bootstrap/bootstrap.ts';
import { dataFolder, type Doors, openDoors } from './doors.ts';
import type { Api } from './http/api.ts';
import { decodeJson } from './http/codec.ts';
import { measuredResources } from './http/measured.ts';
import type { NodeConnection } from './http/node-connection.ts';
import { createRequestMetrics } from './http/metrics/requests.ts';
import { readStore } from './http/metrics/store.ts';
import { createPages } from './http/pages.ts';
import { serve } from './http/serve.ts';
import { createAuthorizer } from './rbac/authorizer.ts';
import { openPolicy } from './rbac/policy.ts';
import { startRegistration } from './resources/crd/registration.ts';
import { startCompaction } from './resources/compaction.ts';
import { startExpiry } from './resources/expiry.ts';
import { follow } from './resources/follow.ts';
import { createRegistry, keyOf, keyPrefixOf } from './resources/registry.ts';
import { ruleBook } from './resources/rules/book.ts';
import { builtinResources } from './schema/builtin.ts';
import type { Store } from './store/contract.ts';
import { openMemoryStore } from './store/memory.ts';

/** How to run an engine. Everything has a default: `startEngine()` is a fresh one in memory, without a socket. */
export interface EngineOptions {
  /** `memory` (the default), a data folder, or a store that the caller opened and closes. */
  readonly store?: 'memory' | { readonly data: string } | Store;
  /** Serves HTTPS there. */
  readonly listen?: ListenAddress;
  /** Runs the built-in controllers and the scheduler in this process. */
  readonly controllers?: boolean;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Freezes what is handed out in this process, to find who changes what is shared. For tests. */
  readonly freeze?: boolean;
  /** Steps that every write passes on its way in, after the engine's own. */
  readonly admission?: readonly Admission[];
  /** Pods run on this machine: where its node cannot give them a network of their own, each named port of a pod gets a free number (see `pod-ports.ts`). */
  readonly sharedNetwork?: boolean;
  /** How long an event stays after it was last written; an hour unless told. */
  readonly eventTtlSeconds?: number;
  /** The way to the agents that run pods, for their logs. */
  readonly node?: NodeConnection;
  /** Where the engine's figures go, to be shown at `/metrics` beside those of whoever else writes there. */
  readonly metrics?: Metrics;
  /** Told of failures of what runs in the background. */
  readonly onError?: (error: unknown) => void;
}

export interface ListenAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** More names and addresses that clients reach it by; `localhost` and loopback are always among them. */
  readonly names?: readonly string[];
  /** Where the administrator's kubeconfig is written (mode 0600). */
  readonly kubeconfig?: string;
  /** Users besides the administrator that get a token: `component('node-agent')`. */
  readonly users?: readonly User[];
}

/** A Kubernetes API in this process. */
export interface Engine extends AsyncDisposable {
  /** The door for clients in this process; they come in as the administrator unless another user is given. */
  transport(user?: User): Transport;
  /** `https://127.0.0.1:7443`; undefined when it does not listen. */
  readonly url: string | undefined;
  /** How a user with a token reaches it by the socket. Throws when it does not listen or there is no such token. */
  access(user?: string): Access;
  /** Ends watches, commits what is under way, releases everything. */
  close(): Promise<void>;
}

/** Starts an engine; it serves when the promise resolves. Throws `StoreOpenError`, or what listening failed with. */
export const startEngine = async (options: EngineOptions = {}): Promise<Engine> => {
  const started = new AsyncDisposableStack();
  try {
    return await start(options, started);
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
};

const start = async (options: EngineOptions, started: AsyncDisposableStack): Promise<Engine> => {
  const { clock = systemClock, random = systemRandom, freeze = false } = options;
  // First: it holds the folder, and says best why a folder cannot be used.
  const store = await openStore(options, clock);
  if (store !== options.store) started.defer(() => store.close());
  const identities = await openIdentities(options);
  const authentication = createAuthentication({ ...identities, findMetadata: metadataIn(store), clock });
  const { api, close: closeApi } = openApi(options, { store, clock, random, authentication });
  started.defer(closeApi);
  const transport =
    (user: User = admin): Transport =>
    async (request: KubeRequest) =>
      serve(api, user, request);
  await bootstrap({ store, transport: transport(apiserver) });
  const { tokens } = identities;
  const doors =
    options.listen &&
    (await openDoors(options, {
      authentication,
      tokens,
      serve: (user, request) => serve(api, user, request),
    }));
  if (doors !== undefined) started.defer(() => doors.close());
  await ensureApiService({ store, transport: transport(apiserver) }, doors);
  if (options.controllers) {
    const { startBuiltinControllers } = await import('./builtin-controllers.ts');
    const rootCa = doors?.access(admin.name).ca;
    started.use(await startBuiltinControllers({ transport, clock, random, freeze, rootCa }));
  }
  const close = (): Promise<void> => started.disposeAsync();
  return { transport, url: doors?.url, access: accessOf(doors), close, [Symbol.asyncDispose]: close };
};

const accessOf =
  (doors: Doors | undefined) =>
  (user = admin.name): Access => {
    if (doors === undefined) throw new Error('this engine does not listen');
    return doors.access(user);
  };

/** Who is known by a static token, and the key for the tokens of service accounts. */
const openIdentities = async ({ store, listen }: EngineOptions) => {
  const folder = dataFolder(store);
  const [key, { find: findUser, tokens }] = await Promise.all([
    openSigningKey(folder && join(folder, 'pki', 'service-accounts.key')),
    listen === undefined ? NO_TOKENS : openTokens(folder, listen.users ?? []),
  ]);
  return { key, findUser, tokens };
};

const NO_TOKENS = { find: () => undefined, tokens: new Map<string, string>() as Tokens };

const openTokens = (folder: string | undefined, users: readonly User[]) =>
  openTokenFile({
    ...(folder && { path: join(folder, 'tokens.csv') }),
    users: [admin, ...users],
    newToken: newSecret,
  });

const metadataIn =
  (store: Store): FindMetadata =>
  (resource, namespace, name) =>
    store
      .snapshot()
      .get(keyOf(keyPrefixOf('', resource), namespace, name))
      ?.value().metadata;

interface Given {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly authentication: Authentication;
}

const openApi = (options: EngineOptions, given: Given): { readonly api: Api; readonly close: () => void } => {
  const { store, clock } = given;
  const policy = openPolicy(store);
  const authorize = createAuthorizer(policy);
  const measured = options.node?.usage === undefined ? [] : measuredResources();
  const resources = createRegistry([...builtinResources(), ...measured], ruleBook);
  const metrics = options.metrics ?? createMetrics();
  readStore(metrics, { store, resources });
  const ports = options.sharedNetwork ? createPorts(given) : undefined;
  const admission = openSteps({
    ...given,
    registry: resources,
    judges: { policy, authorize },
    ports,
    more: options.admission ?? [],
  });
  const api: Api = {
    ...given,
    resources,
    admission: admission.chain,
    policy,
    authorize,
    pages: createPages(store, clock),
    metrics,
    requests: createRequestMetrics(metrics, { resources, now: () => clock.now() }),
    ...(options.node && { node: options.node }),
    freeze: options.freeze ?? false,
    onError: options.onError ?? (() => {}),
  };
  const stops = [policy.close, admission.close, ...startFollowers(options, api, ports)];
  return { api, close: () => stops.forEach((stop) => stop()) };
};

/** What looks at the store and acts on what it sees. */
const startFollowers = (
  { eventTtlSeconds = HOUR }: EngineOptions,
  api: Api,
  ports: Ports | undefined,
): (() => void)[] => {
  const { store, clock, resources, onError } = api;
  return [
    startCompaction(store, clock),
    startExpiry(store, { prefix: EVENTS, milliseconds: eventTtlSeconds * 1000 }, clock),
    startRegistration({
      registry: resources,
      store,
      transport: async (request) => serve(api, apiserver, request),
      onError,
    }),
    ...(ports === undefined ? [] : [followPods(store, ports)]),
  ];
};

const PODS = keyPrefixOf('', 'pods');
const SECRETS = keyPrefixOf('', 'secrets');
const EVENTS = keyPrefixOf('', 'events');
const HOUR = 3600;

/** The numbers that pods of an earlier run have are still theirs. */
const followPods = (store: Store, ports: Ports): (() => void) =>
  follow(store, {
    prefix: PODS,
    onObject: (stored, gone) => ports.follow(stored.key, stored.value(), gone),
  });

const openStore = async ({ store = 'memory', freeze }: EngineOptions, clock: Clock): Promise<Store> => {
  const reading = { parse, ...(freeze !== undefined && { freeze }) };
  if (store === 'memory') return openMemoryStore(reading);
  if (!('data' in store)) return store;
  const { openSqliteStore } = await import('./store/sqlite.ts');
  const sealing = { prefixes: [SECRETS], keyFile: join(store.data, 'encryption.keys') };
  return openSqliteStore({ path: storeFile(store.data), clock, sealing, ...reading });
};

/** Stored bytes may hold integers beyond 2^53. */
const parse = (bytes: Uint8Array) => decodeJson(bytes).value as never;
