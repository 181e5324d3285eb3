import type { Client, Scope } from '../client/contract.ts';
import type { Cache, Change } from '../informer/contract.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ObjectName } from '../name.ts';
import type { KubeObject } from '../object.ts';
import type { RateLimit } from '../pace/rate-limit.ts';
import type { Backoff } from '../queue/backoff.ts';
import type { Outcome } from './outcome.ts';

/** A loop that brings one kind's objects and the world together. It is told names, never events. */
export interface ControllerOptions<T extends KubeObject> {
  /** For logs, metrics and the events it records. */
  readonly name: string;
  /** Where objects come from; its clock and randomness are the controller's too. */
  readonly cache: Cache;
  /** The kind whose objects are reconciled. */
  readonly for: Kind<T>;
  /** Narrows `for`. */
  readonly scope?: Scope;
  /** Which changes of `for` are worth a pass; all by default. */
  readonly when?: (change: Change<T>) => boolean;
  /** Kinds whose objects have a `for` object as their controller: a change wakes the owner. */
  readonly owns?: readonly (Kind | OwnedKind)[];
  /** Other kinds, each with a way to the names it concerns. See `watch`. */
  readonly watches?: readonly Watch[];
  /** Passes at once, of different objects. 1 by default. */
  readonly concurrency?: number;
  readonly backoff?: Partial<Backoff>;
  /** How fast failed passes of all objects together are tried again; 10 a second, after a burst of 100. */
  readonly retryLimit?: RateLimit;
  /** Makes it so. The object may be gone. */
  readonly reconcile: (name: ObjectName, context: ReconcileContext) => Promise<Outcome>;
  /** Told of each pass's end: the place for logs and metrics. */
  readonly onPass?: (pass: Pass) => void;
}

/** What a pass may use. */
export interface ReconcileContext {
  readonly client: Client;
  readonly cache: Cache;
  /** Aborted when the controller is closed and the grace for running passes is over. */
  readonly signal: AbortSignal;
}

/** How one pass ended. Milliseconds. */
export interface Pass {
  readonly controller: string;
  readonly key: string;
  readonly took: number;
  readonly outcome: Outcome | { readonly kind: 'failed'; readonly error: unknown };
}

/** A kind of children, narrowed to where they are. */
export interface OwnedKind {
  readonly kind: Kind;
  readonly scope: Scope;
}

/** A kind that concerns objects of another. Made by `watch`. */
export interface Watch<T extends KubeObject = KubeObject> {
  readonly kind: Kind<T>;
  readonly scope?: Scope;
  /** The names to reconcile. Asked for the object before and after a change, so a moved label wakes both sides. */
  readonly map: (object: T) => Iterable<ObjectName>;
  readonly when?: (change: Change<T>) => boolean;
}

/** A running controller. */
export interface Controller {
  readonly name: string;
  /** All informers have their first list; passes begin only then. */
  readonly ready: Promise<void>;
  /** Asks for a pass, for what no watch can see. */
  enqueue(name: ObjectName): void;
  /** Asks for a pass over every object. */
  enqueueAll(): void;
  /** Resolves when no pass runs and none is due. Delayed ones do not count. */
  idle(): Promise<void>;
  counts(): PassCounts;
  /** What was thrown, of every key whose latest pass failed. */
  failures(): ReadonlyMap<string, unknown>;
  /** `undefined` when healthy, else why not. */
  health(): string | undefined;
  /** No new pass; resolves when the running ones have ended. After `grace` milliseconds (10 s) their signal is aborted. */
  close(grace?: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How often passes ended how, and what waits. */
export interface PassCounts {
  readonly done: number;
  readonly waiting: number;
  readonly stalled: number;
  readonly failed: number;
  /** Due or running now. */
  readonly active: number;
  /** For later. */
  readonly delayed: number;
}
