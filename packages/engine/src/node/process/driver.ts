import { type Clock, sleep } from '@fairlead/kube';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { kill } from 'node:process';
import { watchAlive } from './alive.ts';
import { type ContainerDriver, type RunningContainer, StartError, type StartOrder } from './contract.ts';
import { runBeside } from './exec.ts';
import { openBeside } from './session.ts';
import { launch, type Launched } from './launch.ts';
import { type Exit, isRunning, type ProcessIdentity, readExit, readIdentity } from './identity.ts';
import { markedFolder, withMarker } from './marker.ts';
import { claimLost, shim } from './shim.ts';
import { openStdin } from './stdin.ts';
import { listMarked, sweepProcesses } from './sweep.ts';
import { scanProcesses } from './table.ts';

/** Runs containers as process groups of this machine, with its toolchains: in sandboxes, where they are asked for, else in its network. */
export function openProcessDriver({ clock }: { readonly clock: Clock }): ContainerDriver {
  return {
    start: (order) => start(order, clock),
    adopt: (folder) => adopt(folder, clock),
    exec: (order) => runBeside(order, clock),
    open: (order) => openBeside(order),
    list: (folder) => listMarked(folder),
    sweep: (folder, options) => sweepProcesses({ folder, clock, ...options }),
  };
}

async function start(order: StartOrder, clock: Clock): Promise<RunningContainer> {
  const { folder } = order;
  const child = await startShim(order);
  let other: RunningContainer | undefined;
  const ended = waitForExit(child).then(async (code) => {
    // A shim of the node before this one was first: that one is the container.
    if (code === claimLost) other = await adopt(folder, clock);
    return other === undefined ? readEnd(folder, clock) : other.ended;
  });
  return hold({
    folder,
    clock,
    ended,
    signal: (name) => (other === undefined ? signalGroup(child.pid, name) : other.signal(name)),
    release: () => other?.release(),
  });
}

async function startShim(order: StartOrder): Promise<ChildProcess> {
  const launched = await launch(order);
  await using input = order.stdin === true ? await openStdin(order.folder) : undefined;
  return await spawnShim(order.folder, launched, input);
}

async function spawnShim(
  folder: string,
  launched: Launched,
  input: FileHandle | undefined,
): Promise<ChildProcess> {
  const { command, workingFolder, environment, mark, owner } = launched;
  // The container writes into the file itself: its output does not need the node to be alive.
  const output = await open(join(folder, 'output'), 'a', 0o600);
  try {
    // It may open it once more, as /dev/stdout.
    if (owner !== undefined) await output.chown(owner.uid, owner.gid);
    const child = spawn('/bin/sh', ['-c', shim, 'container', folder, mark, ...command], {
      cwd: workingFolder,
      env: withMarker(environment, folder),
      stdio: [input?.fd ?? 'ignore', output.fd, output.fd],
      detached: true,
    });
    child.unref();
    await new Promise<void>((done, fail) => {
      child.once('spawn', done);
      child.once('error', (error) => fail(new StartError(error.message)));
    });
    return child;
  } finally {
    await output.close();
  }
}

const waitForExit = (child: ChildProcess): Promise<number | null> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done(child.exitCode);
    else child.once('exit', done);
  });

async function adopt(folder: string, clock: Clock): Promise<RunningContainer | undefined> {
  const identity = await waitForIdentity(folder, clock);
  if (identity === undefined) return undefined;
  if (identity === 'torn' || !isRunning(identity)) return gone(folder, await readEnd(folder, clock));
  const alive = watchAlive(folder, identity, clock);
  return hold({
    folder,
    clock,
    ended: alive.ended.then(() => readEnd(folder, clock)),
    signal: (name) => signalProcess(identity, name),
    release: () => alive.close(),
  });
}

/** A node that was killed while it started a container leaves a shim that has not written anything yet. */
async function waitForIdentity(folder: string, clock: Clock): Promise<ProcessIdentity | 'torn' | undefined> {
  for (;;) {
    const identity = await readIdentity(folder);
    if (identity !== undefined) return identity;
    const underWay = (await scanProcesses()).some(({ environment }) => markedFolder(environment) === folder);
    // It may have written and ended between the two looks.
    if (!underWay) return readIdentity(folder);
    await sleep(clock, 2);
  }
}

/** Who kills the shim too (SIGKILL to the group, a power cut) leaves no code behind. */
const readEnd = async (folder: string, clock: Clock): Promise<Exit> =>
  (await readExit(folder)) ?? { code: 137, endedAt: clock.now(), witnessed: false };

const gone = (folder: string, exit: Exit): RunningContainer => ({
  folder,
  exit,
  ended: Promise.resolve(exit),
  begun: () => Promise.resolve(),
  signal() {},
  release() {},
});

function hold(parts: {
  readonly folder: string;
  readonly clock: Clock;
  readonly ended: Promise<Exit>;
  signal(name: NodeJS.Signals): void;
  release(): void;
}): RunningContainer {
  let exit: Exit | undefined;
  const ended = parts.ended.then((value) => {
    exit = value;
    return value;
  });
  return {
    folder: parts.folder,
    ended,
    begun: () => waitForBegun(parts, () => exit !== undefined),
    get exit() {
      return exit;
    },
    signal(name) {
      if (exit === undefined) parts.signal(name);
    },
    release: () => parts.release(),
  };
}

/** A matter of a millisecond after the start, and of nothing ever after. */
async function waitForBegun(
  { folder, clock }: { readonly folder: string; readonly clock: Clock },
  hasEnded: () => boolean,
): Promise<void> {
  while (!hasEnded() && !existsSync(join(folder, 'begun'))) await sleep(clock, 1);
}

function signalProcess(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (isRunning(identity)) signalGroup(identity.pid, name);
}

function signalGroup(leader: number | undefined, name: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    kill(-leader, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
