import type { Clock, ContainerPort, ProbeAction } from '@fairlead/kube';
import { connect } from 'node:net';
import type { ExecResult } from '../process/contract.ts';
import { dialError, numberOf, type ProbeAnswer } from './answer.ts';
import { askGrpc } from './grpc.ts';
import { askHttp } from './http.ts';

export interface ActionOrder {
  readonly action: ProbeAction;
  /** Of the pod. */
  readonly address: string;
  readonly ports: readonly ContainerPort[];
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly exec: (command: readonly string[], timeoutMs: number) => Promise<ExecResult>;
}

/** Tries once. Never rejects. */
export async function runAction(order: ActionOrder): Promise<ProbeAnswer> {
  const { httpGet, tcpSocket, exec, grpc } = order.action;
  if (httpGet !== undefined) return askHttp({ ...order, agent: 'kube-probe/1.34' }, httpGet);
  if (tcpSocket !== undefined) return askTcp(order, numberOf(tcpSocket.port, order.ports));
  if (grpc !== undefined) return askGrpc(grpc, order);
  if (exec !== undefined) return askCommand(order, exec.command ?? []);
  return { ok: false, message: 'missing probe handler' };
}

function askTcp({ address, timeoutMs }: ActionOrder, port: number): Promise<ProbeAnswer> {
  return new Promise((done) => {
    const socket = connect({ host: address, port, timeout: timeoutMs });
    const finish = (ok: boolean, what: string) => {
      socket.destroy();
      done({ ok, message: `dial tcp ${address}:${port}: ${what}` });
    };
    socket.once('connect', () => finish(true, 'connected'));
    socket.once('timeout', () => finish(false, 'i/o timeout'));
    socket.once('error', (error) => finish(false, dialError(error)));
  });
}

async function askCommand(
  { exec, timeoutMs }: ActionOrder,
  command: readonly string[],
): Promise<ProbeAnswer> {
  try {
    const { code, output } = await exec(command, timeoutMs);
    const late = `command timed out: "${command.join(' ')}" timed out after ${timeoutMs / 1000}s`;
    return { ok: code === 0, message: code === 'timeout' ? late : output };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}
