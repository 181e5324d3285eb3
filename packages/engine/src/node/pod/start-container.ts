import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { BlockedError } from '../blocked.ts';
import type { NodeContext } from '../context.ts';
import { expand } from '../environment/expand.ts';
import { replaceFile } from '../file.ts';
import { parseEntryPath } from '../image/entry-path.ts';
import type { LocalImage } from '../image/pull.ts';
import { StartError, type StartOrder } from '../process/contract.ts';
import type { Mount } from '../volume/volumes.ts';
import { openAttempt } from './attempt.ts';
import { attemptFolder, messageFile, recordFile, terminalFile } from './folders.ts';
import { noHealth } from './health.ts';
import { ensureNetwork } from './network.ts';
import { gatherVariables, type Place, preparePlace } from './place.ts';
import { groundOf, whyContainerRefused } from './refuse.ts';
import { pullImage } from './pull-image.ts';
import { portsOf, titleOf } from './spec.ts';
import { type Attempt, type AttemptRecord, type ContainerWork, type PodWork } from './work.ts';

export interface StartRequest {
  readonly node: NodeContext;
  readonly work: PodWork;
  readonly container: ContainerWork;
  readonly pauseMs: number | undefined;
}

/**
 * One attempt to run a container, step by step. Rejects with `BlockedError` when it cannot be now.
 * Nothing runs before the record of the attempt is on disk, so nothing is ever started twice.
 */
export async function startContainer(request: StartRequest): Promise<Attempt> {
  refuseEphemeral(request);
  const image = await pullImage(request);
  await ensureNetwork(request.node, request.work);
  await claimPorts(request);
  const order = await openFolder(request, image);
  const variables = await gatherVariables(order);
  const volumes = await request.work.volumes.prepare(request.container.spec, variables);
  const mounts = [...volumes, await openMessageFile(order)];
  const place = await preparePlace({ ...order, variables }, mounts);
  const record = await writeRecord(order);
  noteCreated(request);
  request.work.starts.signal.throwIfAborted();
  return run({ ...order, record }, place);
}

function noteCreated({ node, work, container }: StartRequest): void {
  const message = `Created container: ${container.spec.name}`;
  node.note(work.pod, { type: 'Normal', reason: 'Created', message }, container);
}

/** The others are judged with their pod, before anything of it starts. */
function refuseEphemeral({ node, work, container }: StartRequest): void {
  if (container.role !== 'ephemeral') return;
  const ground = groundOf(node);
  const refusal = whyContainerRefused(container.spec, work.pod, ground);
  if (refusal !== undefined) throw new BlockedError('CreateContainerError', refusal.message);
}

interface FolderOrder extends StartRequest {
  readonly image: LocalImage;
  readonly number: number;
  readonly folder: string;
}

interface RunOrder extends FolderOrder {
  readonly record: AttemptRecord;
}

async function claimPorts({ node, work, container }: StartRequest): Promise<void> {
  if (work.network !== undefined) return;
  const fixed = portsOf(container.spec).filter(({ protocol = 'TCP' }) => protocol === 'TCP');
  const owner = { uid: work.uid, title: `pod ${titleOf(work.pod)}` };
  await node.ports.claim(
    owner,
    fixed.map(({ containerPort }) => containerPort),
  );
}

async function openFolder(request: StartRequest, image: LocalImage): Promise<FolderOrder> {
  const { work, container } = request;
  const number = (container.attempt?.number ?? -1) + 1;
  const folder = attemptFolder(work.folder, container.spec.name, number);
  // What may lie there was prepared and never ran.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { ...request, image, number, folder };
}

async function writeRecord({ node, image, number, pauseMs, folder }: FolderOrder): Promise<AttemptRecord> {
  const stopSignal = parseSignal(image.config.stopSignal);
  const record = {
    number,
    imageId: image.id,
    pauseMs,
    startedAt: node.clock.now(),
    ...(stopSignal && { stopSignal }),
  };
  await replaceFile(recordFile(folder), JSON.stringify(record));
  return record;
}

/** `SIGQUIT`, `QUIT` or `3`; what is none of these is not asked for. */
function parseSignal(text: string): NodeJS.Signals | undefined {
  const name = `SIG${text.toUpperCase().replace(/^SIG/, '')}`;
  const found = Object.entries(constants.signals).find(
    ([signal, number]) => signal === name || String(number) === text,
  );
  return found?.[0] as NodeJS.Signals | undefined;
}

/** Where the container may say why it ended. */
async function openMessageFile({ container, folder }: FolderOrder): Promise<Mount> {
  const source = messageFile(folder);
  await writeFile(source, '');
  await chmod(source, 0o666); // Whoever the container runs as.
  const { terminationMessagePath = '/dev/termination-log' } = container.spec;
  return { path: parseEntryPath(terminationMessagePath.replace(/^\/+/, '')).join('/'), source };
}

async function run(order: RunOrder, place: Place): Promise<Attempt> {
  const { node, folder, record } = order;
  try {
    const talk = talkOf(order, place);
    const running = await node.driver.start({ folder, ...place, ...talk, command: commandOf(order, place) });
    return await openAttempt({ ...order, running, place: () => Promise.resolve(place) });
  } catch (error) {
    if (error instanceof StartError) return neverRan(record, folder, error);
    throw error;
  }
}

/** How somebody may talk to it later. A terminal without anybody at it is open all the same. */
function talkOf({ container, folder }: RunOrder, { environment }: Place): Partial<StartOrder> {
  const { stdin = false, tty = false } = container.spec;
  if (!tty) return { stdin };
  return { stdin: true, terminalFile: terminalFile(folder), environment: { TERM: 'xterm', ...environment } };
}

/** `command` takes the place of the entry point, and then the image's own arguments do not count. */
function commandOf({ container, image }: RunOrder, { variables }: Place): string[] {
  const { command, args } = container.spec;
  const entry = command?.length ? command : image.config.entrypoint;
  const rest = args?.length ? args : command?.length ? [] : image.config.command;
  return [...entry, ...rest].map((text) => expand(text, variables));
}

/** As container runtimes show a command that is not there. */
const neverRan = (record: AttemptRecord, folder: string, { message }: StartError): Attempt => ({
  ...record,
  folder,
  running: undefined,
  log: undefined,
  health: noHealth.health,
  end: { code: 128, endedAt: record.startedAt, reason: 'StartError', message, excused: false },
  settled: Promise.resolve(),
  exec: () => Promise.reject(new StartError('the container does not run')),
  open: () => Promise.reject(new StartError('the container does not run')),
  release: () => Promise.resolve(),
});
