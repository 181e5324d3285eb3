import type { Probe } from '@fairlead/kube';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { NodeContext } from '../context.ts';
import { LogKeeper } from '../log/follow.ts';
import { readLog } from '../log/read.ts';
import { runAction } from '../probe/action.ts';
import { type Health, watchHealth } from '../probe/container.ts';
import type { RunningContainer } from '../process/contract.ts';
import type { Exit } from '../process/identity.ts';
import type { Place } from './place.ts';
import { nextPause, restarts } from './decide.ts';
import { logFile, outputFile, stoppedFile } from './folders.ts';
import { portsOf, restartPolicyOf } from './spec.ts';
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
  /** What was reported of it before this node started. */
  readonly before?: { readonly started: boolean; readonly ready: boolean } | undefined;
}

/** Takes care of a process that runs or has run: its log, its probes, its end. */
export async function openAttempt(order: AttemptOrder): Promise<Attempt> {
  const { node, work, folder, record, running } = order;
  const onError = (error: Error) => node.onError(error, `the log in ${folder}`);
  const log = await LogKeeper.open({
    raw: outputFile(folder),
    log: logFile(folder),
    clock: node.clock,
    onError,
  });
  const probes = running.exit === undefined ? watchProbes(order) : ended;
  const settled = awaitEnd(order, log).then((end) => {
    attempt.end = end;
    probes.close();
    noteBackOff(order, end);
    return work.poke();
  });
  const attempt: Attempt = {
    ...record,
    folder,
    running,
    log,
    health: probes.health,
    end: undefined,
    settled,
    exec: execIn(order),
    async release() {
      probes.close();
      running.release();
      await log.close();
    },
  };
  // Who has ended already is not to be taken for running.
  if (running.exit !== undefined) await settled;
  return attempt;
}

const ended = {
  health: { started: false, ready: false, unhealthy: undefined } satisfies Health,
  close() {},
};

function watchProbes(order: AttemptOrder): ReturnType<typeof watchHealth> {
  const { node, work, container, record, before } = order;
  const { spec } = container;
  return watchHealth({
    container: container.isInit ? { name: spec.name } : spec,
    since: record.startedAt,
    clock: node.clock,
    before,
    onChange: () => work.poke(),
    onFailure(kind, message) {
      node.note(work.pod, {
        type: 'Warning',
        reason: 'Unhealthy',
        message: `${kind} probe failed: ${message}`,
      });
    },
    ask: (probe: Probe) =>
      runAction({
        action: probe,
        ports: portsOf(spec),
        timeoutMs: 1000 * (probe.timeoutSeconds ?? 1),
        clock: node.clock,
        exec: execIn(order),
      }),
  });
}

const execIn =
  ({ node, folder, place }: AttemptOrder): Attempt['exec'] =>
  async (command, timeoutMs) =>
    node.driver.exec({ folder, ...(await place()), command, timeoutMs });

function noteBackOff({ node, work, container, record }: AttemptOrder, end: AttemptEnd): void {
  const again = restarts(end.code, restartPolicyOf(work.pod), container.isInit);
  const pauseMs = nextPause(record.pauseMs, end.endedAt - record.startedAt);
  if (!again || pauseMs === 0 || end.excused || work.leaving !== undefined) return;
  const message = `Back-off restarting failed container ${container.spec.name}`;
  node.note(work.pod, { type: 'Warning', reason: 'BackOff', message });
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
    return await settle(order, log, exit);
  } catch (error) {
    node.onError(error, `the end of ${folder}`);
    return endOf(order, exit);
  }
}

async function settle(order: AttemptOrder, log: LogKeeper, exit: Exit): Promise<AttemptEnd> {
  const { container, folder } = order;
  await log.finish();
  const wantsLog = exit.code !== 0 && container.spec.terminationMessagePolicy === 'FallbackToLogsOnError';
  return { ...endOf(order, exit), message: wantsLog ? await lastWords(logFile(folder)) : undefined };
}

const endOf = ({ folder }: AttemptOrder, { code, endedAt }: Pick<Exit, 'code' | 'endedAt'>): AttemptEnd => ({
  code,
  endedAt,
  reason: code === 0 ? 'Completed' : 'Error',
  message: undefined,
  excused: existsSync(stoppedFile(folder)),
});

/** The last 80 lines, but no more than 2 KiB (Kubernetes API, TerminationMessagePolicy). */
async function lastWords(path: string): Promise<string> {
  let text = Buffer.alloc(0);
  const query = { follow: false, timestamps: false, tailLines: 80 };
  for await (const piece of readLog({ path, query, signal: new AbortController().signal })) {
    text = Buffer.concat([text, piece]).subarray(-2048);
  }
  return text.toString('utf8');
}

/** The name of one attempt, as it is shown in a container's status. */
export const containerIdOf = (folder: string): string =>
  `process://${createHash('sha256').update(folder).digest('hex')}`;
