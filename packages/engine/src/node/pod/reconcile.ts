import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BlockedError, type BlockedReason, pauseAfter } from '../blocked.ts';
import type { NodeContext } from '../context.ts';
import { Deadline } from './deadline.ts';
import { decidePod, type Step } from './decide.ts';
import { attemptFolder } from './folders.ts';
import { gatherPod } from './gather.ts';
import { releaseNetwork } from './network.ts';
import { phaseOf } from './phase.ts';
import { reportSoon } from './report.ts';
import { titleOf } from './spec.ts';
import { startContainer } from './start-container.ts';
import { finishPod, leavePod, stopRunning } from './terminate.ts';
import { type Attempt, type ContainerWork, containersOf, isRunning, type PodWork } from './work.ts';

/**
 * The life of a pod: look at it, decide, act, tell. Nothing is waited for in here: what takes time
 * (pulling, starting, ending) runs beside it and looks at the pod again when it is done.
 */
export function reconcilePod(node: NodeContext, work: PodWork): void {
  const plan = decidePod(gatherPod(work, node.clock.now()));
  for (const step of plan.steps) carryOut(node, work, step);
  if (isOver(work, node.clock.now())) void releaseNetwork(node, work);
  const tellAt = reportSoon(node, work);
  const times = [plan.wakeAt, tellAt].filter((time) => time !== undefined);
  work.wakeAt(times.length === 0 ? undefined : Math.min(...times));
}

/** Its object may stay for long: what others could use is given back. */
const isOver = (work: PodWork, now: number): boolean =>
  work.leaving === undefined &&
  work.finishing === undefined &&
  containersOf(work).every((container) => !isRunning(container) && container.starting === undefined) &&
  ['Succeeded', 'Failed'].includes(phaseOf(work, now));

function carryOut(node: NodeContext, work: PodWork, step: Step): void {
  if (step.do === 'leave') return leavePod(node, work);
  if (step.do === 'finish') return finishPod(node, work);
  const container = containersOf(work).find(({ spec }) => spec.name === step.container);
  if (container === undefined) return;
  switch (step.do) {
    case 'start':
      return begin(node, work, { container, pauseMs: step.pauseMs });
    case 'stop':
      return stop(node, work, { container, why: step.why });
    default:
      step satisfies never;
  }
}

interface Beginning {
  readonly container: ContainerWork;
  readonly pauseMs: number | undefined;
}

function begin(node: NodeContext, work: PodWork, { container, pauseMs }: Beginning): void {
  container.starting = startContainer({ node, work, container, pauseMs })
    .then((attempt) => succeed(node, work, { container, attempt }))
    .catch((error: unknown) => block(node, work, { container, error }))
    .finally(() => {
      container.starting = undefined;
      work.poke();
    });
}

interface Success {
  readonly container: ContainerWork;
  readonly attempt: Attempt;
}

async function succeed(node: NodeContext, work: PodWork, { container, attempt }: Success): Promise<void> {
  const { spec, attempt: before, previous } = container;
  container.blocked = undefined;
  container.attempt = attempt;
  if (attempt.running !== undefined) {
    node.note(
      work.pod,
      { type: 'Normal', reason: 'Started', message: `Started container ${spec.name}` },
      container,
    );
  } else {
    const message = `Error: ${attempt.end?.message ?? ''}`;
    node.note(work.pod, { type: 'Warning', reason: 'Failed', message }, container);
  }
  work.poke();
  if (before?.end === undefined) return;
  container.previous = { ...before, end: before.end };
  await before.release();
  await rm(join(before.folder, 'root'), { recursive: true, force: true });
  if (previous === undefined) return;
  await rm(attemptFolder(work.folder, spec.name, previous.number), { recursive: true, force: true });
}

interface Failure {
  readonly container: ContainerWork;
  readonly error: unknown;
}

/** What is nobody's fault by name is still shown where the container's owner looks. */
function block(node: NodeContext, work: PodWork, { container, error }: Failure): void {
  if (work.starts.signal.aborted) return;
  const known = error instanceof BlockedError;
  const reason = known ? error.reason : 'CreateContainerError';
  const { message } = error as Error;
  const failures = container.blocked?.reason === reason ? container.blocked.failures + 1 : 1;
  container.blocked = { reason, message, failures, retryAt: node.clock.now() + pauseAfter(reason, failures) };
  noteBlocked(node, work, { container, reason, message });
  if (!known) node.onError(error, `container ${container.spec.name} of pod ${titleOf(work.pod)}`);
}

interface Blockage {
  readonly container: ContainerWork;
  readonly reason: BlockedReason;
  readonly message: string;
}

/** What it waits for, as a kubelet tells it. Why an image could not be had was told by who tried. */
function noteBlocked(node: NodeContext, work: PodWork, { container, reason, message }: Blockage): void {
  const own = reason === 'FailedMount' || reason === 'PortConflict';
  const isImage = /Image/.test(reason);
  const error = {
    type: 'Warning',
    reason: 'Failed',
    message: `Error: ${isImage ? reason : message}`,
  } as const;
  if (own) return node.note(work.pod, { type: 'Warning', reason, message }, container);
  node.note(work.pod, error, container);
  if (reason !== 'ErrImagePull') return;
  const pause = `Back-off pulling image "${container.spec.image}"`;
  node.note(work.pod, { type: 'Normal', reason: 'BackOff', message: pause }, container);
}

interface Stop {
  readonly container: ContainerWork;
  readonly why: string;
}

function stop(node: NodeContext, work: PodWork, { container, why }: Stop): void {
  const graceSeconds =
    container.attempt?.health.unhealthy?.graceSeconds ?? work.pod.spec.terminationGracePeriodSeconds ?? 30;
  const deadline = new Deadline(node.clock, node.clock.now() + 1000 * graceSeconds);
  void stopRunning({ node, work, container, deadline, turn: Promise.resolve(), why }).finally(() =>
    deadline.cancel(),
  );
}
