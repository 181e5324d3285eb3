import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { NodeContext } from '../context.ts';
import { LogKeeper } from '../log/follow.ts';
import type { RunningContainer } from '../process/contract.ts';
import type { Exit } from '../process/identity.ts';
import { nextPause, restarts } from './decide.ts';
import { logFile, outputFile, stoppedFile } from './folders.ts';
import { noHealth, watchContainer } from './health.ts';
import { readLastWords } from './last-words.ts';
import type { Place } from './place.ts';
import { restartPolicyOf } from './spec.ts';
import type { Attempt, AttemptEnd, AttemptRecord, ContainerWork, PodWork } from './work.ts';

export interface AttemptOrder {
  readonly node: NodeContext;
  readonly work: PodWork;
  readonly container: ContainerWork;
  readonly record: AttemptRecord;
  readonly folder: string;
  readonly running: RunningContainer;
  /** Where its commands run, for probes and hooks. */
  readonly place: () => Promise<Place>;
  /** Started by an earlier node, and what was reported of it then. */
  readonly adopted?: { readonly before: Reported | undefined } | undefined;
}

interface Reported {
  readonly started: boolean;
  readonly ready: boolean;
}

/** Takes care of a process that runs or has run: its log, its hook and probes, its end. */
export async function openAttempt(order: AttemptOrder): Promise<Attempt> {
  const { node, work, folder, record, running } = order;
  const onError = (error: Error) => node.onError(error, `the log in ${folder}`);
  const log = await LogKeeper.open({
    raw: outputFile(folder),
    log: logFile(folder),
    clock: node.clock,
    limits: node.logLimits,
    onError,
  });
  const exec = execIn(order);
  const watch = running.exit === undefined ? watchContainer(order, exec) : noHealth;
  const settled = awaitEnd(order, log).then((end) => {
    attempt.end = end;
    watch.close();
    noteBackOff(order, end);
    return work.poke();
  });
  const attempt: Attempt = {
    ...record,
    folder,
    running,
    log,
    get health() {
      return watch.health;
    },
    end: undefined,
    settled,
    exec,
    open: async (session) => node.driver.open({ folder, ...(await order.place()), ...session }),
    async release() {
      watch.close();
      running.release();
      await log.close();
    },
  };
  // Who has ended already is not to be taken for running.
  if (running.exit !== undefined) await settled;
  return attempt;
}

const execIn =
  ({ node, folder, place }: AttemptOrder): Attempt['exec'] =>
  async (command, timeoutMs) =>
    node.driver.exec({ folder, ...(await place()), command, timeoutMs });

function noteBackOff({ node, work, container, record }: AttemptOrder, end: AttemptEnd): void {
  const again = restarts(end.code, restartPolicyOf(work.pod), container.role);
  const pauseMs = nextPause(record.pauseMs, end.endedAt - record.startedAt);
  const leaves = work.leaving !== undefined || work.finishing !== undefined;
  if (!again || pauseMs === 0 || end.excused || leaves) return;
  const { name, uid = '' } = work.pod.metadata;
  const pod = `${name}_${work.pod.metadata.namespace ?? 'default'}(${uid})`;
  const message = `Back-off restarting failed container ${container.spec.name} in pod ${pod}`;
  node.note(work.pod, { type: 'Warning', reason: 'BackOff', message }, container);
}

/** Never rejects: what has ended has ended, even if something about it could not be found out. */
async function awaitEnd(order: AttemptOrder, log: LogKeeper): Promise<AttemptEnd> {
  const { node, folder, running } = order;
  // Of what had ended before we looked, the process number may be another's by now.
  const session = running.exit === undefined;
  const exit = await running.ended;
  try {
    // Nothing of it may be left before its end is told: its ports and files are free then.
    await node.driver.sweep(folder, { session });
    const groups = await node.isolation?.cgroups?.close(folder);
    await log.finish();
    if (exit.failure !== undefined) return endOf(order, exit);
    const end = { ...endOf(order, exit), message: await readLastWords(order, exit.code) };
    return groups?.outOfMemory && end.code !== 0 ? { ...end, reason: 'OOMKilled' } : end;
  } catch (error) {
    node.onError(error, `the end of ${folder}`);
    return endOf(order, exit);
  }
}

const endOf = (
  { folder }: AttemptOrder,
  { code, endedAt, failure }: Pick<Exit, 'code' | 'endedAt' | 'failure'>,
): AttemptEnd => ({
  code: failure === undefined ? code : 128,
  endedAt,
  reason: failure === undefined ? (code === 0 ? 'Completed' : 'Error') : 'StartError',
  message: failure,
  excused: existsSync(stoppedFile(folder)),
});

/** The name of one attempt, as it is shown in a container's status. */
export const containerIdOf = (folder: string): string =>
  `process://${createHash('sha256').update(folder).digest('hex')}`;
