import { controllerOf } from '../apply/owner.ts';
import type { Scope } from '../client/contract.ts';
import type { Kind } from '../kinds/kind.ts';
import { keyOf, type ObjectName } from '../name.ts';
import type { KubeObject, WatchEvent } from '../object.ts';
import { compareVersions } from '../version.ts';
import type { Change, Informer } from './contract.ts';
import type { Mirror } from './mirror-sink.ts';
import { covers } from './scope.ts';
import { Shelf } from './shelf.ts';

export interface InformerParts<T extends KubeObject> {
  readonly kind: Kind<T>;
  readonly scope: Scope;
  /** Everything that is kept passes through here. */
  readonly receive: (object: T) => T;
}

/** An informer with its two feeds: the mirror of the server, and what this process itself wrote. */
export class FedInformer<T extends KubeObject> implements Informer<T>, Mirror<T> {
  readonly kind: Kind<T>;
  readonly scope: Scope;
  readonly #receive: (object: T) => T;
  readonly #shelf = new Shelf<T>();
  readonly #handlers = new Set<(change: Change<T>) => void>();
  readonly #synced = Promise.withResolvers<void>();
  #hasSynced = false;
  #version = '';
  #error: Error | undefined;

  constructor({ kind, scope, receive }: InformerParts<T>) {
    this.kind = kind;
    this.scope = scope;
    this.#receive = receive;
    this.#shelf.index('namespace', (object) => [object.metadata.namespace ?? '']);
    this.#shelf.index('owned', (object) => [controllerOf(object)?.uid].filter((uid) => uid !== undefined));
    this.#synced.promise.catch(() => {}); // Who does not ask for it need not handle that it never came.
  }

  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  get version(): string {
    return this.#version;
  }

  get error(): Error | undefined {
    return this.#error;
  }

  get(name: ObjectName | string): T | undefined {
    return this.#listed().get(typeof name === 'string' ? name : keyOf(name));
  }

  list(namespace?: string): readonly T[] {
    return namespace === undefined ? this.#listed().list() : this.#listed().byIndex('namespace', namespace);
  }

  byIndex(index: string, value: string): readonly T[] {
    return this.#listed().byIndex(index, value);
  }

  index(name: string, values: (object: T) => readonly string[]): void {
    this.#shelf.index(name, values);
  }

  subscribe(handler: (change: Change<T>) => void): () => void {
    for (const after of this.#shelf.list()) handler({ after });
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  replace(items: readonly T[], version: string): void {
    const listed = new Set(items.map((item) => keyOf(item.metadata)));
    // A server that counts from the start again is another server: nothing held can be compared with it.
    const wentBack = compareVersions(version, this.#version) < 0;
    for (const { metadata } of this.#shelf.list()) {
      const key = keyOf(metadata);
      // What we wrote after the moment of the list is not in it, and yet not gone.
      if (wentBack) this.#tell(this.#shelf.remove(key));
      else if (!listed.has(key)) this.#tell(this.#shelf.remove(key, version));
    }
    for (const item of items) this.#put(item);
    this.#version = version;
    this.#hasSynced = true;
    this.#synced.resolve();
  }

  take({ type, object }: Exclude<WatchEvent<T>, { type: 'ERROR' }>): void {
    const { resourceVersion } = object.metadata;
    if (type === 'DELETED') this.#tell(this.#shelf.remove(keyOf(object.metadata), resourceVersion));
    else if (type !== 'BOOKMARK') this.#put(object);
    this.#version = resourceVersion ?? this.#version;
  }

  report(error: Error | undefined): void {
    this.#error = error;
  }

  /** An object as a write of ours left it. */
  wrote(object: T): void {
    // Up to its version the mirror has seen everything, so it knows better: the object may be gone since.
    const isKnown = compareVersions(object.metadata.resourceVersion ?? '', this.#version) <= 0;
    if (!this.#hasSynced || isKnown) return;
    if (covers(this.scope, object)) this.#put(object);
    else this.#tell(this.#shelf.remove(keyOf(object.metadata)));
  }

  /** An object that a write of ours removed. */
  removed(name: ObjectName, uid: string | undefined): void {
    const key = keyOf(name);
    if (uid === undefined || this.#shelf.get(key)?.metadata.uid === uid) this.#tell(this.#shelf.remove(key));
  }

  /** Nothing more comes. */
  close(): void {
    this.#handlers.clear();
    this.#synced.reject(new Error(`the cache was closed before ${this.kind.resource} were listed`));
  }

  /** Before the first list nothing can be said to be missing: who asks too early must ask again. */
  #listed(): Shelf<T> {
    if (!this.#hasSynced) throw new Error(`${this.kind.resource} were read before they were listed`);
    return this.#shelf;
  }

  #put(object: T): void {
    this.#tell(this.#shelf.put(this.#receive(object)));
  }

  #tell(change: Change<T> | undefined): void {
    if (change === undefined) return;
    for (const handler of this.#handlers) handler(change);
  }
}
