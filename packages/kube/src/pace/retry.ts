import { type Clock, type Random, sleep } from '../clock.ts';
import { type Backoff, pauseAfter } from '../queue/backoff.ts';
import type { KubeRequest, KubeResponse, Transport } from '../transport.ts';

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** How often one request is sent at most; 6 by default. */
  readonly attempts?: number;
  readonly backoff?: Partial<Backoff>;
  /** Milliseconds. A server that asks for a longer pause is not waited for: the caller sees its answer. 30 s by default. */
  readonly longestPause?: number;
}

/**
 * Sends again what a server was too busy or too unwell for: 429 always, for then nothing was done; 500 and above when
 * it says when to come back (Retry-After), or when the request only reads. A connection that breaks is tried again
 * for reads alone, for a write may have happened.
 */
export function retrying(transport: Transport, options: RetryOptions): Transport {
  const { clock, random, attempts = 6, longestPause = 30_000 } = options;
  const backoff: Backoff = { first: 100, most: 10_000, factor: 2, jitter: 0.5, ...options.backoff };
  return async (request) => {
    for (let attempt = 1; ; attempt += 1) {
      const end = await settle(transport(request));
      const asked = attempt < attempts ? pauseBefore(request, end) : undefined;
      if (asked === undefined || asked > longestPause) return open(end);
      await discard(end);
      // What the server asks for, spread: it asks the same of everybody.
      await sleep(clock, asked + pauseAfter(attempt, backoff, random), request.signal);
      request.signal?.throwIfAborted();
    }
  };
}

type End = { readonly response: KubeResponse } | { readonly error: unknown };

const settle = (sent: Promise<KubeResponse>): Promise<End> =>
  sent.then(
    (response) => ({ response }),
    (error: unknown) => ({ error }),
  );

function open(end: End): KubeResponse {
  if ('error' in end) throw end.error;
  return end.response;
}

/** Milliseconds that must pass before another attempt; `undefined` when this end is the answer. */
function pauseBefore({ method, signal }: KubeRequest, end: End): number | undefined {
  const isRead = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  if (signal?.aborted) return undefined;
  if ('error' in end) return isRead ? 0 : undefined;
  const { status, headers } = end.response;
  const asked = parseRetryAfter(headers['retry-after']);
  if (status === 429 || (status >= 500 && isRead && status !== 501)) return asked ?? 0;
  return status >= 500 ? asked : undefined;
}

/** Seconds, as Kubernetes writes it; the form with a date is not in use there. */
function parseRetryAfter(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) * 1000 : undefined;
}

/** An answer that nobody reads holds its connection. */
async function discard(end: End): Promise<void> {
  if ('response' in end && end.response.body.kind === 'stream')
    await Array.fromAsync(end.response.body.bytes);
}
