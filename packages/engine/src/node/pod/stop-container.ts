import { sleep } from '@fairlead/kube';
import type { NodeContext } from '../context.ts';
import type { Deadline } from './deadline.ts';
import { runHook } from './hook.ts';
import { portsOf } from './spec.ts';
import type { Attempt, ContainerWork, PodWork } from './work.ts';

export interface StopRequest {
  readonly node: NodeContext;
  readonly work: PodWork;
  readonly container: ContainerWork;
  readonly attempt: Attempt;
  /** The hook before it, the wait for others, the signal and the time to finish share it. */
  readonly deadline: Deadline;
  /** Who has to end before it. */
  readonly turn: Promise<unknown>;
}

/** Every process gets so much between SIGTERM and SIGKILL, however long its hook took. */
const shortestGraceMs = 2000;

/** Ends a container: its hook, then SIGTERM, and SIGKILL when its time is over. Resolves when it is gone. */
export async function stopContainer(request: StopRequest): Promise<void> {
  const { node, attempt, deadline, turn } = request;
  const { running } = attempt;
  if (running === undefined || running.exit !== undefined) return;
  await runStopHook(request);
  await Promise.race([turn, running.ended, deadline.passed]);
  await Promise.race([running.begun(), deadline.passed]);
  const askedAt = node.clock.now();
  running.signal(attempt.stopSignal ?? 'SIGTERM');
  await Promise.race([running.ended, deadline.passed]);
  if (running.exit === undefined) {
    await Promise.race([running.ended, sleep(node.clock, shortestGraceMs - (node.clock.now() - askedAt))]);
  }
  running.signal('SIGKILL');
  await running.ended;
}

async function runStopHook({ node, work, container, attempt, deadline }: StopRequest): Promise<void> {
  const hook = container.spec.lifecycle?.preStop;
  if (hook === undefined || deadline.leftMs === 0) return;
  const { clock } = node;
  const timeoutMs = deadline.leftMs;
  const asked = { address: work.address ?? '', ports: portsOf(container.spec), exec: attempt.exec };
  const running = runHook({ ...asked, hook, clock, timeoutMs });
  const done = await Promise.race([running, attempt.settled.then(() => true)]);
  if (done) return;
  const message = 'PreStopHook failed';
  node.note(work.pod, { type: 'Warning', reason: 'FailedPreStopHook', message }, container);
}
