import assert from 'node:assert/strict';
import type { KubeRequest, KubeResponse, Random, Transport, WatchSink } from '@fairlead/kube';

/** A bad line to the API: it fails at random until it has failed often enough. */
export interface Faults {
  readonly transport: Transport;
  readonly count: () => number;
}

/**
 * - the request never arrives
 * - it arrives and its answer is lost: the write has happened
 * - the server is overloaded
 * - somebody else wrote first
 * - a watch ends early
 */
export function openFaults(transport: Transport, random: Random, limit: number): Faults {
  let count = 0;
  const strikes = (chance: number): boolean => {
    if (count >= limit || random() >= chance) return false;
    count += 1;
    return true;
  };
  const send: Transport = async (request) => {
    // Reads come by the dozen (one pass over a namespace lists every kind), so each fails more rarely.
    const chance = isWrite(request) ? 0.05 : 0.005;
    if (strikes(chance)) throw new Error('connection refused');
    if (strikes(chance)) return failure(500, 'InternalError');
    if (isWrite(request) && strikes(0.1)) return failure(409, 'Conflict');
    const response = await transport(request);
    if (isWrite(request) && strikes(0.1)) throw new Error('connection reset');
    return cutWatch(response, () => strikes(0.02));
  };
  return { transport: send, count: () => count };
}

const isWrite = ({ method }: KubeRequest): boolean => method !== 'GET';

function failure(code: number, reason: string): KubeResponse {
  const metadata = {};
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata,
    status: 'Failure',
    code,
    reason,
    message: reason,
  };
  const bytes = new TextEncoder().encode(JSON.stringify(status));
  const headers = { 'content-type': 'application/json' };
  return { status: code, headers, body: { kind: 'object', value: () => status, chunks: () => [bytes] } };
}

function cutWatch(response: KubeResponse, strikes: () => boolean): KubeResponse {
  const { body } = response;
  if (body.kind !== 'watch') return response;
  const open = (sink: WatchSink): void => {
    let isCut = false;
    body.open({
      next(frames) {
        if (isCut) return;
        sink.next(frames);
        isCut = strikes();
        if (isCut) sink.end();
      },
      end(error) {
        if (!isCut) sink.end(error);
      },
    });
  };
  return { ...response, body: { kind: 'watch', open } };
}

/** Waits until it holds; what is said then tells why it does not. */
export async function until(holds: () => Promise<boolean>, say: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) assert.fail(`does not come to rest: ${JSON.stringify(await say())}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
