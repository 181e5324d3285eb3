import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Headers, KubeRequest, KubeResponse } from '../transport.ts';
import { flatten, severalValues } from './headers.ts';

/** Where a request goes, and what else it says. */
export interface UpgradeTarget {
  readonly origin: string;
  readonly prefix: string;
  readonly headers: Headers;
}

/**
 * Asks for another protocol on a connection of its own. By `dispatch`, for undici's own `upgrade` drops what a server
 * says when it refuses.
 */
export function sendUpgrade(
  pool: Dispatcher,
  { method, path, query, headers, signal }: KubeRequest,
  target: UpgradeTarget,
): Promise<KubeResponse> {
  // undici writes these two by itself.
  const { connection: _connection, upgrade = '', ...rest } = headers;
  const { promise, resolve, reject } = Promise.withResolvers<KubeResponse>();
  const chunks: Buffer[] = [];
  let refusal: Pick<KubeResponse, 'status' | 'headers'> = { status: 0, headers: {} };
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (controller) =>
      signal?.addEventListener('abort', () => controller.abort(abortError(signal)), { once: true }),
    onRequestUpgrade: (...[, status, received, socket]) =>
      resolve({ status, headers: flatten(received), body: { kind: 'upgrade', open: joinTo(socket) } }),
    onResponseStart: (_controller, status, received) => {
      refusal = { status, headers: flatten(received) };
    },
    onResponseData: (_controller, chunk) => void chunks.push(chunk),
    onResponseEnd: () => resolve({ ...refusal, body: bodyOf(Buffer.concat(chunks)) }),
    onResponseError: (_controller, error) => reject(error),
  };
  const options = {
    origin: target.origin,
    path: query === '' ? target.prefix + path : `${target.prefix}${path}?${query}`,
    method,
    headers: severalValues({ ...rest, ...target.headers }),
    upgrade,
  };
  pool.dispatch(options, handler);
  return promise;
}

const abortError = ({ reason }: AbortSignal): Error =>
  reason instanceof Error ? reason : new Error(String(reason));

/** Each hears what the other says; when one breaks off, so does the other. */
const joinTo =
  (socket: Duplex) =>
  (connection: Duplex): void => {
    for (const [from, to] of [
      [socket, connection],
      [connection, socket],
    ] as const) {
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.pipe(to);
    }
  };

const bodyOf = (bytes: Buffer): KubeResponse['body'] => ({
  kind: 'object',
  value: () => JSON.parse(bytes.toString()) as unknown,
  chunks: () => [bytes],
});
