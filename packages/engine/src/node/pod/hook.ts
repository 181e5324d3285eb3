import { type Clock, type ContainerPort, type ProbeAction, sleep } from '@fairlead/kube';
import { askHttp } from '../probe/http.ts';
import type { ExecResult } from '../process/contract.ts';

export interface HookOrder {
  readonly hook: ProbeAction;
  /** Of the pod. */
  readonly address: string;
  readonly ports: readonly ContainerPort[];
  readonly clock: Clock;
  /** What it may take; endless unless told. */
  readonly timeoutMs?: number;
  readonly exec: (command: readonly string[], timeoutMs: number) => Promise<ExecResult>;
}

/** The longest that a timer can be set to: hooks after the start have no time limit in Kubernetes. */
const endlessMs = 2 ** 31 - 1;

/** Runs what a container wants done after its start or before its end; whether it was done. Never rejects. */
export async function runHook(order: HookOrder): Promise<boolean> {
  const { hook, clock, timeoutMs = endlessMs } = order;
  if (hook.exec !== undefined) return runCommand(order, hook.exec.command ?? [], timeoutMs);
  if (hook.httpGet !== undefined) {
    const asked = {
      address: order.address,
      ports: order.ports,
      agent: 'kube-lifecycle/1.34',
      timeoutMs,
      clock,
    };
    // Whatever is answered: who listens has heard it.
    return (await askHttp(asked, hook.httpGet)).answered;
  }
  if (hook.sleep !== undefined) {
    await sleep(clock, Math.min(1000 * hook.sleep.seconds, timeoutMs));
    return true;
  }
  // A tcpSocket is stored for old objects' sake, and fails on every kubelet.
  return false;
}

async function runCommand(
  { exec }: HookOrder,
  command: readonly string[],
  timeoutMs: number,
): Promise<boolean> {
  try {
    return (await exec(command, timeoutMs)).code === 0;
  } catch {
    return false; // It cannot be run, which is as good as having failed.
  }
}
