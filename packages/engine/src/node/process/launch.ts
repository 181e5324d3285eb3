import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../file.ts';
import type { Sandbox } from '../sandbox/contract.ts';
import { renderFstab, stagesOf } from '../sandbox/fstab.ts';
import { type InsideOrder, launchBeside, launchFirst } from '../sandbox/launch.ts';
import { resolveCommand } from './command.ts';
import { type ExecOrder, StartError, type StartOrder } from './contract.ts';
import { withMarker } from './marker.ts';
import { parseStat } from './table.ts';
import { atTerminal } from './terminal.ts';

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

/** The command itself, or what builds a sandbox and runs it there. Rejects with `StartError`. */
export async function launch(order: StartOrder): Promise<Launched> {
  const { terminalFile } = order;
  const launched = await launchPlain(order);
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
export async function launchExec(
  order: ExecOrder,
): Promise<Pick<Launched, 'command' | 'workingFolder' | 'environment'>> {
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
