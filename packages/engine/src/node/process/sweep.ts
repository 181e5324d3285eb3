import type { Clock } from '@fairlead/kube';
import { kill } from 'node:process';
import { type ProcessIdentity, readIdentity } from './identity.ts';
import { markerOf } from './marker.ts';
import { findProcesses, readBootId } from './table.ts';

/** SIGKILL cannot be refused, but a process that waits for a dead disk does not notice it. */
const giveUpAfterMs = 10_000;

/**
 * Kills what is left of the containers in and below a folder and waits until none of it is there.
 * What ends a container is the end of its first process; children may have stayed, also outside its group.
 */
export async function sweepProcesses(order: {
  readonly folder: string;
  readonly clock: Clock;
  /** Everything below the folder too, not only what carries exactly this folder. */
  readonly below?: boolean;
}): Promise<void> {
  const { folder, clock } = order;
  const identity = await readIdentity(folder);
  const belonging = {
    marker: markerOf(folder),
    prefix: order.below === true,
    leader: isOfThisBoot(identity) ? identity : undefined,
  };
  const deadline = clock.now() + giveUpAfterMs;
  for (let delayMs = 1; clock.now() < deadline; delayMs = Math.min(2 * delayMs, 100)) {
    const left = await findProcesses(belonging);
    if (left.length === 0) return;
    for (const { pid } of left) end(pid);
    await new Promise<void>((done) => clock.after(delayMs, done));
  }
}

const isOfThisBoot = (identity: ProcessIdentity | 'torn' | undefined): identity is ProcessIdentity =>
  typeof identity === 'object' && identity.bootId === readBootId();

function end(pid: number): void {
  try {
    kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}
