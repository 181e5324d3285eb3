import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isRunning, type ProcessIdentity } from '@fairlead/engine/node/identity';
import type { Clock } from '@fairlead/kube/clock';

/** Writes down that a process runs on this folder, so that a later start finds it. */
export const recordProcess = async (run: string, name: string, pid: number): Promise<void> => {
  const identity = identify(pid);
  if (identity !== undefined)
    await writeFile(join(run, `${name}.json`), JSON.stringify(identity), { mode: 0o600 });
};

export const forgetProcess = (run: string, name: string): Promise<void> =>
  rm(join(run, `${name}.json`), { force: true });

/** How long a process may take to end by itself, in milliseconds. */
const patience = 3000;

/** Ends what an earlier start, killed meanwhile, left running on this folder. Apps are not among it. */
export const endLeftovers = async (run: string, clock: Clock): Promise<void> => {
  const files = (await readdir(run)).filter((file) => file.endsWith('.json'));
  await Promise.all(files.map((file) => endLeftover(join(run, file), clock)));
};

const endLeftover = async (file: string, clock: Clock): Promise<void> => {
  const identity = parseIdentity(await readFile(file, 'utf8'));
  if (identity !== undefined) await endProcess(identity, clock);
  await rm(file, { force: true });
};

const parseIdentity = (text: string): ProcessIdentity | undefined => {
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    // Cut off while it was written: the process that wrote it had not begun to use its child.
    return undefined;
  }
};

const endProcess = async (identity: ProcessIdentity, clock: Clock): Promise<void> => {
  if (!isRunning(identity)) return;
  process.kill(identity.pid, 'SIGTERM');
  if (await isGone(identity, { clock, within: patience })) return;
  process.kill(identity.pid, 'SIGKILL');
  await isGone(identity, { clock, within: patience });
};

// A process that is not our child gives no sign when it ends, so this one place has to look.
const isGone = async (
  identity: ProcessIdentity,
  { clock, within }: { clock: Clock; within: number },
): Promise<boolean> => {
  const deadline = clock.now() + within;
  while (isRunning(identity)) {
    if (clock.now() > deadline) return false;
    await new Promise<void>((resolve) => clock.after(10, resolve));
  }
  return true;
};
