import { type Clock, sleep } from '@fairlead/kube';
import { kill } from 'node:process';
import { type ProcessIdentity, readIdentity } from './identity.ts';
import { markedFolder } from './marker.ts';
import { type ProcessView, readBootId, scanProcesses } from './table.ts';

/** SIGKILL cannot be refused, but a process that waits for a dead disk does not notice it. */
const giveUpAfterMs = 10_000;

export interface SweepOrder {
  readonly folder: string;
  readonly clock: Clock;
  /** Everything below the folder too, not only what carries exactly this folder. */
  readonly below?: boolean;
  /**
   * Also what is in the session of the folder's process, for those who have overwritten their
   * environment. Only right after that process was seen to end: later its number may name another one.
   */
  readonly session?: boolean;
}

/**
 * Kills what is left of the containers in a folder and waits until none of it is there. What ends a
 * container is the end of its first process; children may have stayed, also outside its group.
 */
export async function sweepProcesses(order: SweepOrder): Promise<void> {
  const { clock, folder } = order;
  const leader = order.session === true ? await readLeader(folder) : undefined;
  const deadline = clock.now() + giveUpAfterMs;
  for (let pauseMs = 1; clock.now() < deadline; pauseMs = Math.min(2 * pauseMs, 100)) {
    const left = (await scanProcesses()).filter(
      (process) => isMarked(process, order) || isInSession(process, leader),
    );
    if (left.length === 0) return;
    for (const { pid } of left) end(pid);
    await sleep(clock, pauseMs);
  }
}

function isMarked({ environment }: ProcessView, { folder, below }: SweepOrder): boolean {
  const marked = markedFolder(environment);
  return marked === folder || (below === true && marked?.startsWith(`${folder}/`) === true);
}

const isInSession = (
  { session, group, startTime }: ProcessView,
  leader: ProcessIdentity | undefined,
): boolean =>
  leader !== undefined && (session === leader.pid || group === leader.pid) && startTime >= leader.startTime;

async function readLeader(folder: string): Promise<ProcessIdentity | undefined> {
  const identity = await readIdentity(folder);
  return typeof identity === 'object' && identity.bootId === readBootId() ? identity : undefined;
}

function end(pid: number): void {
  try {
    kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}

/** The folders that processes below a folder carry. */
export async function listMarked(folder: string): Promise<string[]> {
  const marked = (await scanProcesses()).map(({ environment }) => markedFolder(environment));
  const below = marked.filter((one) => one !== undefined).filter((one) => one.startsWith(`${folder}/`));
  return [...new Set(below)];
}
