import type { Client, Scope } from '../client/contract.ts';
import type { Clock, Random } from '../clock.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ObjectName } from '../name.ts';
import type { KubeObject } from '../object.ts';

/** What happened to one object: added (no `before`), updated (both) or deleted (no `after`). */
export interface Change<T extends KubeObject = KubeObject> {
  readonly before?: T;
  readonly after?: T;
}

/**
 * A live copy of the objects of one kind and scope. What it gives is shared: never write to it.
 * Reading it before its first list is in throws, for an empty answer would be a false one.
 */
export interface Informer<T extends KubeObject> {
  readonly kind: Kind<T>;
  readonly scope: Scope;
  /** Resolves when the first list is in; rejects when the cache is closed before that. */
  readonly synced: Promise<void>;
  readonly hasSynced: boolean;
  /** The newest version that it knows of; empty before the first list. */
  readonly version: string;
  /** Why the last list or watch failed; `undefined` while all is well. */
  readonly error: Error | undefined;
  get(name: ObjectName | string): T | undefined;
  /** All objects, or those of one namespace. */
  list(namespace?: string): readonly T[];
  /** The objects for which the index function gave `value`. */
  byIndex(index: string, value: string): readonly T[];
  /** Declares an index; asking again for the same name keeps the first. */
  index(name: string, values: (object: T) => readonly string[]): void;
  /** Tells of every change, first of the objects that are there. The returned function ends it. */
  subscribe(handler: (change: Change<T>) => void): () => void;
}

/** Shares one informer per kind and scope. Objects written through its client are seen at once. */
export interface Cache {
  /** Reads its own writes: what it writes is in the informers when the call resolves. */
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  /** Starts the informer when it is the first to ask. */
  informer<T extends KubeObject>(kind: Kind<T>, scope?: Scope): Informer<T>;
  /** Every informer asked for until now has its first list. */
  synced(): Promise<void>;
  /** All informers asked for until now. */
  informers(): readonly Informer<KubeObject>[];
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
