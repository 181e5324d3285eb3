import type { Clock, ContainerPort, ProbeAction } from '@fairlead/kube';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { dialError, numberOf, type ProbeAnswer } from './answer.ts';

export interface HttpOrder {
  /** Of the pod. */
  readonly address: string;
  readonly ports: readonly ContainerPort[];
  /** Who asks, in the header. */
  readonly agent: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Any answer at all, and whether it is a good one. */
export interface HttpAnswer extends ProbeAnswer {
  readonly answered: boolean;
}

type Get = NonNullable<ProbeAction['httpGet']>;

const late = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';

/** One GET of a pod's own address. Never rejects. */
export function askHttp(order: HttpOrder, get: Get): Promise<HttpAnswer> {
  const secure = get.scheme === 'HTTPS';
  const options = optionsOf(order, get);
  const { host, port, path } = options;
  const url = `${secure ? 'https' : 'http'}://${host}:${port}${path}`;
  return new Promise((done) => {
    const failed = (error: NodeJS.ErrnoException) => {
      const refused = error.syscall === 'connect';
      const what = refused ? `dial tcp ${host}:${port}: ${dialError(error)}` : error.message;
      done({ ok: false, answered: false, message: `Get "${url}": ${what}` });
    };
    try {
      const sent = (secure ? requestHttps : requestHttp)(options, (response) => {
        const status = response.statusCode ?? 0;
        readALittle(response);
        const ok = status >= 200 && status < 400;
        done({ ok, answered: true, message: `HTTP probe failed with statuscode: ${status}` });
      });
      const cancel = order.clock.after(order.timeoutMs, () => sent.destroy(new Error(late)));
      sent.once('error', failed).once('close', cancel).end();
    } catch (error) {
      failed(error as Error); // A header or a path that cannot be sent.
    }
  });
}

function optionsOf({ address, ports, agent }: HttpOrder, get: Get) {
  const path = get.path?.startsWith('/') === true ? get.path : `/${get.path ?? ''}`;
  const headers = Object.fromEntries((get.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  return {
    host: address,
    port: numberOf(get.port, ports),
    path: encodeURI(decodeLoosely(path)),
    headers: { 'user-agent': agent, accept: '*/*', connection: 'close', ...headers },
    agent: false,
    // As a kubelet: a probe asks whether the process answers, not who it is.
    rejectUnauthorized: false,
  };
}

/** A server should not see its answer refused; but nobody waits for an endless one. */
function readALittle(response: IncomingMessage): void {
  let left = 10 * 1024;
  response.on('error', () => {});
  response.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) response.destroy();
  });
}

/** A path that is encoded already must not be encoded twice. */
function decodeLoosely(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
