import { readdir, rm } from 'node:fs/promises';
import type { NodeContext } from '../context.ts';
import { readIfThere } from '../file.ts';
import { type AttemptOrder, containerIdOf, openAttempt } from './attempt.ts';
import { attemptFolder, containerFolder, recordFile } from './folders.ts';
import { takeUpNetwork } from './network.ts';
import { describePlace, gatherVariables, type Place } from './place.ts';
import { readBundle } from './bundle.ts';
import { readSandbox } from './sandbox.ts';
import { portsOf, titleOf } from './spec.ts';
import {
  type Attempt,
  type AttemptRecord,
  type ContainerWork,
  containersOf,
  isRunning,
  type PastAttempt,
  type PodWork,
} from './work.ts';

/** Finds what an earlier node started for a pod: what runs is kept, what has ended is known. */
export async function takeUpPod(node: NodeContext, work: PodWork): Promise<void> {
  await Promise.all(containersOf(work).map((container) => takeUpContainer(node, work, container)));
  await takeUpNetwork(node, work);
  if (work.network !== undefined) return;
  const running = containersOf(work).filter(isRunning);
  for (const { spec } of running) work.volumes.keep(spec);
  const ports = running.flatMap(({ spec }) => portsOf(spec).map(({ containerPort }) => containerPort));
  node.ports.keep({ uid: work.uid, title: `pod ${titleOf(work.pod)}` }, ports);
}

async function takeUpContainer(node: NodeContext, work: PodWork, container: ContainerWork): Promise<void> {
  const numbers = await listAttempts(work, container);
  for (const number of numbers) {
    const attempt = await openKept({ node, work, container }, number);
    if (attempt === undefined) continue;
    if (container.attempt === undefined) container.attempt = attempt;
    else if (attempt.end !== undefined) {
      container.previous = { ...attempt, end: attempt.end } satisfies PastAttempt;
      return;
    }
  }
}

/** Newest first. */
async function listAttempts(work: PodWork, container: ContainerWork): Promise<number[]> {
  const folder = containerFolder(work.folder, container.spec.name);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .map(Number)
    .filter(Number.isInteger)
    .toSorted((a, b) => b - a);
}

type Kept = Pick<AttemptOrder, 'node' | 'work' | 'container'>;

/** An attempt that was prepared and never ran is removed: the same number is used again. */
async function openKept(kept: Kept, number: number): Promise<Attempt | undefined> {
  const { node, work, container } = kept;
  const folder = attemptFolder(work.folder, container.spec.name, number);
  const record = parseRecord(await readIfThere(recordFile(folder)));
  const running = record && (await node.driver.adopt(folder));
  if (record === undefined || running === undefined) {
    await rm(folder, { recursive: true, force: true });
    return undefined;
  }
  const order = { ...kept, folder, record, running };
  return openAttempt({
    ...order,
    place: placeLater(order),
    adopted: { before: reportedHealth(work, container, folder) },
  });
}

/** A record that a power cut has torn is none: nothing of that boot runs any more. */
function parseRecord(text: string | undefined): AttemptRecord | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as AttemptRecord);
  } catch {
    return undefined;
  }
}

/** Gathered when a probe or a hook first needs it. */
function placeLater(order: Kept & { readonly folder: string; readonly record: AttemptRecord }) {
  let gathered: Promise<Place> | undefined;
  const gather = async () => {
    const image = await order.node.images.ensure(order.record.imageId, 'IfNotPresent');
    const variables = await gatherVariables(order);
    return describePlace({ ...order, image, variables }, await readWithin(order.folder));
  };
  return (): Promise<Place> => {
    gathered ??= gather().catch((error: unknown) => {
      gathered = undefined;
      throw error;
    });
    return gathered;
  };
}

const readWithin = async (folder: string): Promise<Pick<Place, 'bundle' | 'sandbox'>> => ({
  bundle: await readBundle(folder),
  sandbox: await readSandbox(folder),
});

/** A container that was ready is so until a probe says otherwise: a restart of the node is no news of it. */
function reportedHealth({ pod }: PodWork, { spec }: ContainerWork, folder: string) {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const statuses = [...initContainerStatuses, ...containerStatuses];
  const reported = statuses.find(({ name }) => name === spec.name);
  if (reported?.containerID !== containerIdOf(folder)) return undefined;
  return { started: reported.started === true, ready: reported.ready };
}
