import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kill } from 'node:process';
import { readIfThere } from '../file.ts';
import type { Sandbox } from '../sandbox/contract.ts';
import { renderFstab, stagesOf } from '../sandbox/fstab.ts';
import { type InsideOrder, launchBeside, launchFirst } from '../sandbox/launch.ts';
import { resolveCommand } from './command.ts';
import { type OpenOrder, StartError, type StartOrder } from './contract.ts';
import { withMarker } from './marker.ts';
import { parseStat } from './table.ts';
import { atTerminal } from './terminal.ts';

/** How containers are really run beneath a shim. */
export interface Way {
  launch(order: StartOrder): Promise<Launched>;
  launchExec(order: LaunchExecOrder): Promise<LaunchedExec>;
  /** A signal will reach the command. */
  hasBegun(folder: string): boolean;
  signal(folder: string, shim: number, name: NodeJS.Signals): void;
  /** Of a container that has ended: why its command was never run. */
  whyNeverRan(folder: string): Promise<string | undefined>;
  /** Ends what the marker alone does not find. */
  sweep(folder: string, options: { readonly below?: boolean }): Promise<void>;
  /** The attempts below this folder that the marker alone does not find. */
  list(folder: string): Promise<readonly string[]>;
}

export type LaunchExecOrder = Omit<OpenOrder, 'stdin' | 'terminal'> & { readonly terminal?: boolean };

/** What is really run for a command beside it. */
export type LaunchedExec = Pick<Launched, 'command' | 'workingFolder' | 'environment'> & {
  /** Ends what the command itself has become, where that is not a child of what is run here. */
  readonly kill?: () => void;
  /** It has ended. */
  readonly close?: () => void;
};

/** What is really run for a container, and where. */
export interface Launched {
  readonly command: readonly string[];
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The file by which the shim says that the command has begun. */
  readonly mark: 'begun' | 'launched';
  /** To whom the output belongs, unless it is the node's user. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

/** As processes of this machine. */
export const processWay: Way = {
  launch,
  launchExec,
  hasBegun: (folder) => existsSync(join(folder, 'begun')),
  signal: (_, shim, name) => signalGroup(shim, name),
  whyNeverRan: () => Promise.resolve(undefined),
  sweep: () => Promise.resolve(),
  list: () => Promise.resolve([]),
};

/** The command itself, or what builds a sandbox and runs it there. Rejects with `StartError`. */
async function launch(order: StartOrder): Promise<Launched> {
  return withTerminal(order, await launchPlain(order));
}

/** The same at a terminal of its own, if it is to have one. */
export function withTerminal({ terminalFile }: StartOrder, launched: Launched): Launched {
  if (terminalFile === undefined) return launched;
  return { ...launched, ...atTerminal({ ...launched, nameFile: terminalFile }) };
}

async function launchPlain(order: StartOrder): Promise<Launched> {
  const command = await resolveCommand(order.command, order);
  const { sandbox, folder, root } = order;
  if (sandbox === undefined) return { ...order, command, mark: 'begun', owner: undefined };
  const stage = join(folder, 'stage');
  await Promise.all(
    stagesOf(sandbox.mounts).map((at) => mkdir(join(stage, String(at)), { recursive: true })),
  );
  await writeFile(join(folder, 'mounts'), renderFstab({ root, stage, mounts: sandbox.mounts }));
  const inside = insideOf(order, { sandbox, command });
  return { ...launchFirst(inside), workingFolder: '/', mark: 'launched', owner: sandbox.user };
}

/** The same for a command beside the container's own. */
async function launchExec(order: LaunchExecOrder): Promise<LaunchedExec> {
  const command = await resolveCommand(order.command, order);
  const { sandbox } = order;
  if (sandbox === undefined) return { ...order, command };
  const init = parseStat((await readIfThere(join(order.folder, 'init'))) ?? '');
  if (init === undefined) throw new StartError('the container does not run yet');
  return { ...launchBeside(insideOf(order, { sandbox, command }), init.pid), workingFolder: '/' };
}

/** The programs that build the sandbox carry the marker, and so must those that run in it. */
const insideOf = (
  order: Omit<StartOrder, 'sandbox'>,
  { sandbox, command }: { readonly sandbox: Sandbox; readonly command: readonly string[] },
): InsideOrder => ({ ...order, sandbox, command, environment: withMarker(order.environment, order.folder) });

/** Nothing happens when it is gone. */
export function signalGroup(leader: number, name: NodeJS.Signals): void {
  try {
    kill(-leader, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
