import type { Client, Scope } from '../client/contract.ts';
import type { Clock, Random } from '../clock.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KubeObject } from '../object.ts';
import { type Backoff, defaultBackoff } from '../queue/backoff.ts';
import type { Cache, Informer } from './contract.ts';
import { deepFreeze } from './freeze.ts';
import { FedInformer } from './informer.ts';
import { reflect } from './reflect.ts';
import { kindKey, scopeKey } from './scope.ts';
import { writeThrough } from './write-through.ts';

export interface CacheOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  /** Freeze every object, so that a write to a shared one throws. For tests: it costs time. */
  readonly freeze?: boolean;
  /** What is kept of an object: drop what nobody here reads, to save memory. Must not write to it. */
  readonly transform?: <T extends KubeObject>(object: T, kind: Kind<T>) => T;
  /**
   * Lets servers send the state of a kind within its watch, object by object: easier on both sides with large
   * collections. A server that cannot is asked for a list.
   */
  readonly streamsState?: boolean;
  /** Pauses between attempts to list and watch; 50 ms to 30 s by default. */
  readonly backoff?: Partial<Backoff>;
}

interface Entry {
  readonly informer: FedInformer<KubeObject>;
  readonly running: Promise<void>;
}

/** Opens an empty cache; the informers start as they are asked for. */
export function openCache(options: CacheOptions): Cache {
  const { client, clock, random } = options;
  const entries = new Map<string, Entry>();
  const closing = new AbortController();
  const informers = () => [...entries.values()].map(({ informer }) => informer);
  const ofKind = (kind: Kind) => informers().filter((informer) => kindKey(informer.kind) === kindKey(kind));
  const close = async (): Promise<void> => {
    closing.abort();
    for (const informer of informers()) informer.close();
    await Promise.all([...entries.values()].map(({ running }) => running));
  };
  return {
    client: writeThrough(client, ofKind),
    clock,
    random,
    informer<T extends KubeObject>(kind: Kind<T>, scope: Scope = {}): Informer<T> {
      const key = scopeKey(kind, scope);
      const entry = entries.get(key) ?? start(options, { kind, scope, signal: closing.signal });
      entries.set(key, entry);
      // The key holds the kind, so the entry was made for this T.
      return entry.informer as unknown as Informer<T>;
    },
    informers,
    synced: async () => void (await Promise.all(informers().map(({ synced }) => synced))),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function start<T extends KubeObject>(
  { client, clock, random, freeze, transform, backoff, streamsState = false }: CacheOptions,
  { kind, scope, signal }: { readonly kind: Kind<T>; readonly scope: Scope; readonly signal: AbortSignal },
): Entry {
  signal.throwIfAborted();
  const receive = (object: T): T => {
    const kept = transform === undefined ? object : transform(object, kind);
    return freeze ? deepFreeze(kept) : kept;
  };
  const informer = new FedInformer({ kind, scope, receive });
  const running = reflect({
    resource: client.resource(kind),
    scope,
    mirror: informer,
    clock,
    random,
    streamsState,
    backoff: { ...defaultBackoff, first: 50, most: 30_000, ...backoff },
    signal,
  });
  return { informer: informer as unknown as Entry['informer'], running };
}

/** A `transform`: managed fields are the larger half of many objects, and hardly anybody reads them. */
export function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
