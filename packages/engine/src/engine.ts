import { join } from 'node:path';
import {
  type Clock,
  type KubeRequest,
  type Random,
  systemClock,
  systemRandom,
  type Transport,
} from '@fairlead/kube';
import { namespaceLifecycle } from './admission/namespace-lifecycle.ts';
import { type Authorizer, allowAuthenticated } from './auth/authorizer.ts';
import { admin, type User } from './auth/user.ts';
import { bootstrap } from './bootstrap.ts';
import type { Api } from './http/api.ts';
import { decodeJson } from './http/codec.ts';
import type { NodeConnection } from './http/log.ts';
import { createPages } from './http/pages.ts';
import { serve } from './http/serve.ts';
import { createRegistry } from './resources/registry.ts';
import { ruleBook } from './resources/rules/book.ts';
import { builtinResources } from './schema/builtin.ts';
import type { Store } from './store/contract.ts';
import { openMemoryStore } from './store/memory.ts';

/** How to run an engine. Everything has a default: `startEngine()` is a fresh one in memory. */
export interface EngineOptions {
  /** `memory` (the default), a data folder, or a store that the caller opened and closes. */
  readonly store?: 'memory' | { readonly data: string } | Store;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Freezes what is handed out in this process, to find who changes what is shared. For tests. */
  readonly freeze?: boolean;
  /** Who may do what; everything for those who have shown who they are, unless told. */
  readonly authorize?: Authorizer;
  /** The way to the agents that run pods, for their logs. */
  readonly node?: NodeConnection;
}

/** A Kubernetes API in this process. */
export interface Engine extends AsyncDisposable {
  /** The door for clients in this process; they come in as the administrator unless another user is given. */
  transport(user?: User): Transport;
  /** Ends watches, commits what is under way, releases everything. */
  close(): Promise<void>;
}

/** Starts an engine; it serves when the promise resolves. */
export const startEngine = async (options: EngineOptions = {}): Promise<Engine> => {
  const { clock = systemClock, random = systemRandom, freeze = false } = options;
  const store = await openStore(options, clock);
  const api: Api = {
    store,
    resources: createRegistry(builtinResources(), ruleBook),
    admission: [namespaceLifecycle],
    authorize: options.authorize ?? allowAuthenticated,
    clock,
    random,
    pages: createPages(store, clock),
    ...(options.node && { node: options.node }),
    freeze,
    written: () => {},
  };
  const transport =
    (user: User = admin): Transport =>
    (request: KubeRequest) =>
      serve(api, user, request);
  await bootstrap(transport());
  const close = (): Promise<void> => store.close();
  return { transport, close, [Symbol.asyncDispose]: close };
};

const openStore = async ({ store = 'memory', freeze }: EngineOptions, clock: Clock): Promise<Store> => {
  const reading = { parse, ...(freeze !== undefined && { freeze }) };
  if (store === 'memory') return openMemoryStore(reading);
  if (!('data' in store)) return store;
  const { openSqliteStore } = await import('./store/sqlite.ts');
  return openSqliteStore({ path: join(store.data, 'engine.db'), clock, ...reading });
};

/** Stored bytes may hold integers beyond 2^53. */
const parse = (bytes: Uint8Array) => decodeJson(bytes).value as never;
