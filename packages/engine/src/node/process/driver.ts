import { type Clock, sleep } from '@fairlead/kube';
import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { watchAlive } from './alive.ts';
import { type ContainerDriver, type RunningContainer, StartError, type StartOrder } from './contract.ts';
import { runBeside } from './exec.ts';
import { openBeside } from './session.ts';
import { type Launched, processWay, type Way } from './launch.ts';
import { type Exit, isRunning, type ProcessIdentity, readExit, readIdentity } from './identity.ts';
import { markedFolder, withMarker } from './marker.ts';
import { claimLost, shim } from './shim.ts';
import { openStdin } from './stdin.ts';
import { listMarked, sweepProcesses } from './sweep.ts';
import { scanProcesses } from './table.ts';

/** Runs containers as process groups of this machine, with its toolchains: in sandboxes, where they are asked for, else in its network. */
export const openProcessDriver = ({ clock }: { readonly clock: Clock }): ContainerDriver =>
  openShimDriver({ clock, way: processWay });

/** What a shim is used for in the same manner, whatever it runs. */
interface Means {
  readonly clock: Clock;
  readonly way: Way;
}

/** Runs containers beneath shims, in the given way. */
export function openShimDriver(means: Means): ContainerDriver {
  const { clock, way } = means;
  return {
    start: (order) => start(order, means),
    adopt: (folder) => adopt(folder, means),
    exec: async (order) => runBeside(await way.launchExec(order), order, clock),
    open: (order) => openBeside(order, way),
    list: async (folder) => [...new Set([...(await listMarked(folder)), ...(await way.list(folder))])],
    async sweep(folder, options = {}) {
      await way.sweep(folder, options);
      await sweepProcesses({ folder, clock, ...options });
      // What was just ended may have been about to clear away after itself.
      await way.sweep(folder, options);
    },
  };
}

async function start(order: StartOrder, means: Means): Promise<RunningContainer> {
  const { folder } = order;
  const { way } = means;
  const child = await startShim(order, way);
  let other: RunningContainer | undefined;
  const ended = waitForExit(child).then(async (code) => {
    // A shim of the node before this one was first: that one is the container.
    if (code === claimLost) other = await adopt(folder, means);
    return other === undefined ? readEnd(folder, means) : other.ended;
  });
  return hold({
    folder,
    means,
    ended,
    signal(name) {
      if (other !== undefined) other.signal(name);
      else if (child.pid !== undefined) way.signal(folder, child.pid, name);
    },
    release: () => other?.release(),
  });
}

async function startShim(order: StartOrder, way: Way): Promise<ChildProcess> {
  const launched = await way.launch(order);
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

async function adopt(folder: string, means: Means): Promise<RunningContainer | undefined> {
  const { clock, way } = means;
  const identity = await waitForIdentity(folder, clock);
  if (identity === undefined) return undefined;
  if (identity === 'torn' || !isRunning(identity)) return gone(folder, await readEnd(folder, means));
  const alive = watchAlive(folder, identity, clock);
  return hold({
    folder,
    means,
    ended: alive.ended.then(() => readEnd(folder, means)),
    signal(name) {
      if (isRunning(identity)) way.signal(folder, identity.pid, name);
    },
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
async function readEnd(folder: string, { clock, way }: Means): Promise<Exit> {
  const exit = (await readExit(folder)) ?? { code: 137, endedAt: clock.now(), witnessed: false };
  const failure = await way.whyNeverRan(folder);
  return failure === undefined ? exit : { ...exit, failure };
}

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
  readonly means: Means;
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
  { folder, means }: { readonly folder: string; readonly means: Means },
  hasEnded: () => boolean,
): Promise<void> {
  while (!hasEnded() && !means.way.hasBegun(folder)) await sleep(means.clock, 1);
}
