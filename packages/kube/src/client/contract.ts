import type { Kind } from '../kinds/kind.ts';
import type { LabelSelector } from '../kinds/meta.ts';
import type { ObjectName } from '../name.ts';
import type { Desired, Json, KubeObject, ObjectMeta, ResourceType, Status, WatchEvent } from '../object.ts';
import type { Headers, KubeRequest, KubeResponse, WatchSink } from '../transport.ts';

/** Talks to one Kubernetes API. Every call rejects with `ApiError`, or with what the transport rejects with. */
export interface Client {
  /** The verbs of one kind. */
  resource<T extends KubeObject>(kind: Kind<T>): Resource<T>;
  /** The output of a container as it comes; `follow` goes on until the container ends. */
  logs(pod: ObjectName, options?: LogOptions): AsyncIterable<Uint8Array>;
  /** Which resource a kind is served as; `undefined` when the server does not know it. */
  discover(
    type: { readonly apiVersion: string; readonly kind: string },
    options?: CallOptions,
  ): Promise<ResourceType | undefined>;
  /** Any request; an answer of 400 and above rejects. */
  request(request: RawRequest): Promise<KubeResponse>;
  /** Any request, and the JSON of its answer. */
  json<T = unknown>(request: RawRequest): Promise<T>;
}

/** The verbs of one kind. What is read is raw JSON: fields that no type names are kept. */
export interface Resource<T extends KubeObject> {
  readonly kind: Kind<T>;
  /** Rejects with `NotFound` when there is none; see `find`. */
  get(name: ObjectName, options?: CallOptions): Promise<T>;
  /** `undefined` when there is none. */
  find(name: ObjectName, options?: CallOptions): Promise<T | undefined>;
  /** All pages together, at the version of the first. */
  list(options?: ListOptions): Promise<ObjectList<T>>;
  /** Page by page, of `limit` objects (500). */
  pages(options?: ListOptions): AsyncIterable<ObjectList<T>>;
  /** Changes until the server ends the watch or `signal` is aborted. An ERROR event throws `ApiError`. */
  watch(options: WatchOptions): AsyncIterable<WatchEvent<T>>;
  /** The same pushed into a sink, frame by frame; resolves when the watch is open. */
  follow(options: WatchOptions, sink: WatchSink): Promise<void>;
  create(object: Desired<T>, options?: WriteOptions): Promise<T>;
  /** PUT: `metadata.resourceVersion`, when set, must be the current one. */
  replace(object: T, options?: WriteOptions): Promise<T>;
  patch(name: ObjectName, patch: Patch, options?: WriteOptions): Promise<T>;
  /** Server-side apply: states the fields that this manager wants, creating the object if need be. */
  apply(object: Desired<T>, options?: ApplyOptions): Promise<T>;
  /** The object as it was or is now (with finalizers or grace it still exists), or a Status when it is gone. */
  delete(name: ObjectName, options?: DeleteOptions): Promise<T | Status>;
  deleteCollection(options?: ListOptions & DeleteOptions): Promise<void>;
  readonly status: StatusResource<T>;
  readonly scale: ScaleResource;
}

/** The `/status` subresource: only the status is taken from what is sent. */
export interface StatusResource<T extends KubeObject> {
  replace(object: T, options?: WriteOptions): Promise<T>;
  patch(name: ObjectName, patch: Patch, options?: WriteOptions): Promise<T>;
  apply(object: WithStatus<T>, options?: ApplyOptions): Promise<T>;
}

/** The `/scale` subresource, the same for everything that can be scaled. */
export interface ScaleResource {
  get(name: ObjectName, options?: CallOptions): Promise<Scale>;
  set(name: ObjectName, replicas: number, options?: WriteOptions): Promise<Scale>;
}

/** How many there are and should be (autoscaling/v1). */
export interface Scale extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
}

/** A list as the API gives it. */
export interface ObjectList<T extends KubeObject> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly T[];
}

/** What an apply to `/status` says. */
export type WithStatus<T extends KubeObject> = Pick<T, 'apiVersion' | 'kind' | ('status' & keyof T)> & {
  readonly metadata: Partial<ObjectMeta>;
};

/** A change to an object, in one of the three patch languages (apply has a verb of its own). */
export type Patch =
  /** RFC 7396: members replace, null removes, lists are replaced whole. */
  | { readonly type: 'merge'; readonly body: unknown }
  /** RFC 6902. */
  | { readonly type: 'json'; readonly body: readonly JsonPatchOperation[] }
  /** Kubernetes' own: lists of built-in kinds are merged by their keys. */
  | { readonly type: 'strategic'; readonly body: unknown };

export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Which objects of a kind: all namespaces when none is named. */
export interface Scope {
  readonly namespace?: string | undefined;
  readonly labelSelector?: LabelSelector | string | undefined;
  /** `spec.nodeName=a,metadata.name!=b`. */
  readonly fieldSelector?: string | undefined;
}

export interface ListOptions extends CallOptions, Scope {
  /** Objects per page. */
  readonly limit?: number;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
}

export interface WatchOptions extends CallOptions, Scope {
  /** Changes after this version; without it the state of some moment comes first, as ADDED. */
  readonly resourceVersion?: string | undefined;
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  /** The server ends the watch after so many seconds. */
  readonly timeoutSeconds?: number;
}

export interface WriteOptions extends CallOptions {
  readonly dryRun?: boolean;
  /** Who owns the fields that are written; the client's by default. */
  readonly fieldManager?: string;
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
}

export interface ApplyOptions extends WriteOptions {
  /** Take fields over from other managers instead of failing with a conflict. */
  readonly force?: boolean;
}

export interface DeleteOptions extends CallOptions {
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  /** Fails with a conflict unless the object is still this one. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
}

export interface LogOptions extends CallOptions {
  readonly container?: string;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  readonly limitBytes?: number;
}

export interface RawRequest {
  /** `GET` by default. */
  readonly method?: KubeRequest['method'];
  /** Percent-encoded. */
  readonly path: string;
  /** Members that are undefined are left out, lists are repeated. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly headers?: Headers;
  /** Bytes go as they are, anything else as JSON. */
  readonly body?: Uint8Array | Json | object;
  readonly signal?: AbortSignal | undefined;
}
