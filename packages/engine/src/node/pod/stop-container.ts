import { sleep } from '@fairlead/kube';
import type { NodeContext } from '../context.ts';
import { runAction } from '../probe/action.ts';
import type { Deadline } from './deadline.ts';
import { portsOf } from './spec.ts';
import type { Attempt, ContainerWork } from './work.ts';

export interface StopRequest {
  readonly node: NodeContext;
  readonly container: ContainerWork;
  readonly attempt: Attempt;
  /** The hook before it, the signal and the time to finish share it. */
  readonly deadline: Deadline;
}

/** Ends a container: its hook, then SIGTERM, and SIGKILL when its time is over. Resolves when it is gone. */
export async function stopContainer(request: StopRequest): Promise<void> {
  const { attempt, deadline } = request;
  const { running } = attempt;
  if (running === undefined || running.exit !== undefined) return;
  await runHook(request);
  await Promise.race([running.begun(), deadline.passed]);
  running.signal('SIGTERM');
  await Promise.race([running.ended, deadline.passed]);
  running.signal('SIGKILL');
  await running.ended;
}

async function runHook({ node, container, attempt, deadline }: StopRequest): Promise<void> {
  const hook = container.spec.lifecycle?.preStop;
  if (hook === undefined || deadline.leftMs === 0) return;
  if (hook.sleep !== undefined)
    return sleep(node.clock, Math.min(1000 * hook.sleep.seconds, deadline.leftMs));
  await runAction({
    action: hook,
    ports: portsOf(container.spec),
    timeoutMs: deadline.leftMs,
    clock: node.clock,
    exec: (command, timeoutMs) => attempt.exec(command, timeoutMs),
  });
}
