import { isConflict, isNotFound, pods, sleep } from '@fairlead/kube';
import { writeFile } from 'node:fs/promises';
import type { NodeContext } from '../context.ts';
import { Deadline } from './deadline.ts';
import { stoppedFile } from './folders.ts';
import { releaseNetwork } from './network.ts';
import { reportPod } from './report.ts';
import { graceOf, portsOf, titleOf } from './spec.ts';
import { stopContainer } from './stop-container.ts';
import { type ContainerWork, containersOf, isRunning, type PodWork } from './work.ts';

/** A pod whose object was removed by force has no time of its own left. */
const goneGraceMs = 1000;
/** The router may have long requests under way; the pod's own grace period is for those. */
const longestDrainMs = 10_000;

/** Begins to end a pod, or hurries when it has been asked for again with less grace. */
export function leavePod(node: NodeContext, work: PodWork): void {
  const since = work.leaving?.since ?? node.clock.now();
  const endsAt = since + (work.gone ? Math.min(goneGraceMs, graceOf(work.pod)) : graceOf(work.pod));
  if (work.leaving !== undefined) return work.leaving.deadline.moveTo(endsAt);
  work.starts.abort(new Error('the pod is to end'));
  const leaving = { deadline: new Deadline(node.clock, endsAt), since, ended: false, finished: false };
  work.leaving = leaving;
  void terminatePod(node, work, leaving.deadline)
    .catch((error: unknown) => node.onError(error, `the end of pod ${titleOf(work.pod)}`))
    .finally(() => {
      leaving.deadline.cancel();
      leaving.finished = true;
      work.poke();
    });
}

/** The life of a pod from its last request to its last trace. */
async function terminatePod(node: NodeContext, work: PodWork, deadline: Deadline): Promise<void> {
  await Promise.all(containersOf(work).flatMap(({ starting }) => starting ?? []));
  await drainPod(node, work, deadline);
  await endProcesses(node, work, deadline);
  if (work.leaving !== undefined) work.leaving.ended = true;
  node.ports.release(work.uid);
  await releaseNetwork(node, work);
  await reportEnd(node, work);
  await removeObject(node, work);
}

/** No request is sent to it any more, and those under way have ended: then it may stop to listen. */
async function drainPod({ drain }: NodeContext, work: PodWork, deadline: Deadline): Promise<void> {
  if (drain === undefined) return;
  const serving = work.main.filter(isRunning).flatMap(({ spec }) => portsOf(spec));
  const patienceMs = Math.min(longestDrainMs, deadline.leftMs / 2);
  const draining = serving.map(({ containerPort }) =>
    drain({ address: `${work.address}:${containerPort}`, uid: work.uid }, { patienceMs }),
  );
  // A router that is away has no requests under way.
  await Promise.race([Promise.allSettled(draining), deadline.passed]);
}

/** Ends every process of a pod; the pod itself may be started again later. */
export async function endProcesses(node: NodeContext, work: PodWork, deadline: Deadline): Promise<void> {
  const stop = (container: ContainerWork, turn: Promise<unknown>) =>
    stopRunning({ node, work, container, deadline, turn, why: `Stopping container ${container.spec.name}` });
  const sidecars = work.init.filter(({ role }) => role === 'sidecar').toReversed();
  const others = containersOf(work).filter(({ role }) => role !== 'sidecar');
  let before: Promise<unknown> = Promise.all(others.map((container) => stop(container, Promise.resolve())));
  // A sidecar serves the others to their end, and those that were started after it.
  for (const sidecar of sidecars) before = Promise.all([before, stop(sidecar, before)]);
  await before;
  await node.driver.sweep(work.folder, { below: true });
}

/** Ends what still runs of a pod that has done its work, or may work no longer; the object stays. */
export function finishPod(node: NodeContext, work: PodWork): void {
  const deadline = new Deadline(node.clock, node.clock.now() + graceOf(work.pod));
  work.finishing = endProcesses(node, work, deadline)
    .catch((error: unknown) => node.onError(error, `the end of pod ${titleOf(work.pod)}`))
    .finally(() => {
      deadline.cancel();
      work.finishing = undefined;
      work.poke();
    });
}

/** Ends one container, once, and says so. */
export async function stopRunning(order: {
  readonly node: NodeContext;
  readonly work: PodWork;
  readonly container: ContainerWork;
  readonly deadline: Deadline;
  /** Who has to end before it. */
  readonly turn: Promise<unknown>;
  /** A sentence for people. */
  readonly why: string;
}): Promise<void> {
  const { node, work, container, deadline, turn, why } = order;
  const { attempt } = container;
  if (attempt === undefined || attempt.end !== undefined) return;
  if (container.stopping === undefined) {
    node.note(work.pod, { type: 'Normal', reason: 'Killing', message: why }, container);
    const stopped = stopContainer({ node, work, container, attempt, deadline, turn });
    // Until the end is known, or it would look as if nobody had stopped it.
    container.stopping = stopped
      .then(() => attempt.settled)
      .finally(() => {
        container.stopping = undefined;
        work.poke();
      });
    return container.stopping;
  }
  // A stop that was under way has its own, longer deadline.
  await Promise.race([container.stopping, deadline.passed]);
  attempt.running?.signal('SIGKILL');
  await container.stopping;
}

/** Marks what the node itself stops, so that the next one starts it at once. */
export async function excuse(work: PodWork): Promise<void> {
  const running = containersOf(work).filter(isRunning);
  await Promise.all(
    running.flatMap(({ attempt }) => (attempt ? writeFile(stoppedFile(attempt.folder), '') : [])),
  );
}

/** How it ended is told before the object goes: a Job counts it. */
async function reportEnd(node: NodeContext, work: PodWork): Promise<void> {
  if (work.gone) return;
  await retry(node, work, () => reportPod(node, work));
}

async function removeObject(node: NodeContext, work: PodWork): Promise<void> {
  const { metadata } = work.pod;
  await retry(node, work, async () => {
    await node.client
      .resource(pods)
      .delete(metadata, { gracePeriodSeconds: 0, preconditions: { uid: work.uid } })
      .catch((error: unknown) => {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      });
  });
}

/** The API may be away for a while; the object goes when it is back. */
async function retry(node: NodeContext, work: PodWork, write: () => Promise<void>): Promise<void> {
  for (let pauseMs = 50; !work.gone && !work.closing.aborted; pauseMs = Math.min(2 * pauseMs, 1000)) {
    try {
      return await write();
    } catch (error) {
      node.onError(error, `pod ${titleOf(work.pod)}`);
    }
    await sleep(node.clock, pauseMs, work.closing);
  }
}
