import type { Duplex } from 'node:stream';
import type { WatchEvent } from './object.ts';

/** Header names are lower case. Several values of one header are separated by line feeds. */
export type Headers = Readonly<Record<string, string>>;

/**
 * A request to a Kubernetes API as a plain record. The engine's core takes the same record that a
 * client sends, so talking to an engine in the same process needs no socket and no second encoding.
 */
export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'HEAD';
  /** Percent-encoded path, `/api/v1/namespaces/default/pods/web`. */
  readonly path: string;
  /** Query without the question mark, percent-encoded; empty when there is none. */
  readonly query: string;
  readonly headers: Headers;
  readonly body?: Uint8Array;
  /** Aborting ends the request, and a stream that came from it. */
  readonly signal?: AbortSignal;
}

/** An answer as a plain record. */
export interface KubeResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ResponseBody;
}

/**
 * - `empty`: nothing follows the headers.
 * - `object`: one JSON document. `value` is parsed at most once; in one process it is the shared,
 *   read-only object of the server's cache. `chunks` is its encoding, in slices.
 * - `stream`: bytes as they come (logs).
 * - `watch`: frames as they come, until the signal of the request is aborted or the server ends it.
 * - `upgrade`: the connection speaks another protocol from here on, which the headers name (status 101). It begins to
 *   flow when `open` returns, with what the client has said already. Whoever opens it ends it.
 */
export type ResponseBody =
  | { readonly kind: 'empty' }
  | { readonly kind: 'object'; value(): unknown; chunks(): Iterable<Uint8Array> }
  | { readonly kind: 'stream'; readonly bytes: AsyncIterable<Uint8Array> }
  | { readonly kind: 'watch'; open(sink: WatchSink): void }
  | { readonly kind: 'upgrade'; open(connection: Duplex): void };

/** One event of a watch: its bytes end with a newline and are encoded once for all watchers. */
export interface WatchFrame {
  readonly bytes: Uint8Array;
  readonly value: WatchEvent;
}

/** Takes what a watch delivers, in order. After `end` nothing more comes. */
export interface WatchSink {
  next(frames: readonly WatchFrame[]): void;
  /** The error is set when the stream broke; a clean end of the server has none. */
  end(error?: Error): void;
}

/** Sends one request. Rejects only when no answer was had (network, abort): an error status is an answer. */
export type Transport = (request: KubeRequest) => Promise<KubeResponse>;
