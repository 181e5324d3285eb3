import type { Clock, ContainerPort, IntOrString, ProbeAction } from '@fairlead/kube';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import { podAddress } from '../pod/address.ts';
import type { ExecResult } from '../process/contract.ts';

/** What one try found. The message says to people what was asked and what came back. */
export interface ProbeAnswer {
  readonly ok: boolean;
  readonly message: string;
}

export interface ActionOrder {
  readonly action: ProbeAction;
  readonly ports: readonly ContainerPort[];
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly exec: (command: readonly string[], timeoutMs: number) => Promise<ExecResult>;
}

/** Tries once. Never rejects. */
export async function runAction(order: ActionOrder): Promise<ProbeAnswer> {
  const { httpGet, tcpSocket, exec } = order.action;
  if (httpGet !== undefined) return askHttp(order, httpGet);
  if (tcpSocket !== undefined) return askTcp(numberOf(tcpSocket.port, order.ports), order.timeoutMs);
  if (exec !== undefined) return askCommand(order, exec.command ?? []);
  return { ok: false, message: 'the probe says nothing to try' };
}

/** Names are looked up among the container's own ports. */
export function numberOf(port: IntOrString, ports: readonly ContainerPort[]): number {
  if (typeof port === 'number') return port;
  const named = ports.find(({ name }) => name === port)?.containerPort;
  return named ?? (/^\d+$/.test(port) ? Number(port) : 0);
}

function askHttp(order: ActionOrder, get: NonNullable<ProbeAction['httpGet']>): Promise<ProbeAnswer> {
  const secure = get.scheme === 'HTTPS';
  const port = numberOf(get.port, order.ports);
  const path = get.path?.startsWith('/') === true ? get.path : `/${get.path ?? ''}`;
  const url = `${secure ? 'https' : 'http'}://${podAddress}:${port}${path}`;
  const headers = Object.fromEntries((get.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const options = {
    host: podAddress,
    port,
    path: encodeURI(decodeLoosely(path)),
    headers: { 'user-agent': 'kube-probe/1.34', accept: '*/*', connection: 'close', ...headers },
    agent: false,
    // As a kubelet: a probe asks whether the process answers, not who it is.
    rejectUnauthorized: false,
  };
  return new Promise((done) => {
    const failed = (error: Error) => done({ ok: false, message: `GET ${url}: ${error.message}` });
    try {
      const sent = (secure ? requestHttps : requestHttp)(options, (response) => {
        const status = response.statusCode ?? 0;
        readALittle(response);
        done({ ok: status >= 200 && status < 400, message: `GET ${url}: HTTP status ${status}` });
      });
      const cancel = order.clock.after(order.timeoutMs, () => sent.destroy(new Error('no answer in time')));
      sent.once('error', failed).once('close', cancel).end();
    } catch (error) {
      failed(error as Error); // A header or a path that cannot be sent.
    }
  });
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

function askTcp(port: number, timeoutMs: number): Promise<ProbeAnswer> {
  return new Promise((done) => {
    const socket = connect({ host: podAddress, port, timeout: timeoutMs });
    const finish = (ok: boolean, what: string) => {
      socket.destroy();
      done({ ok, message: `dial tcp ${podAddress}:${port}: ${what}` });
    };
    socket.once('connect', () => finish(true, 'connected'));
    socket.once('timeout', () => finish(false, 'no answer in time'));
    socket.once('error', (error) => finish(false, error.message));
  });
}

async function askCommand(
  { exec, timeoutMs }: ActionOrder,
  command: readonly string[],
): Promise<ProbeAnswer> {
  try {
    const { code, output } = await exec(command, timeoutMs);
    const message = code === 'timeout' ? `command timed out after ${timeoutMs} ms` : output.trim();
    return { ok: code === 0, message };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}
