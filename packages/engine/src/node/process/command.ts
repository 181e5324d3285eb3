import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, normalize, resolve } from 'node:path';
import type { Sandbox } from '../sandbox/contract.ts';
import { findProgram } from '../sandbox/view.ts';
import { StartError } from './contract.ts';

export interface CommandPlace {
  readonly root: string;
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Then all paths are the container's own. */
  readonly sandbox?: Pick<Sandbox, 'mounts'> | undefined;
}

/**
 * The command with an absolute path. Outside of a sandbox an absolute name means a file of the image when the image has
 * it, and else one of the machine, whose toolchains are the base of such images; a bare name is looked up in PATH.
 * The shim relies on it: a name without a slash could be a built-in of the shell.
 */
export async function resolveCommand(
  command: readonly string[],
  place: CommandPlace,
): Promise<[string, ...string[]]> {
  const [name, ...rest] = command;
  if (name === undefined || name === '') throw new StartError('no command specified');
  const { root, sandbox } = place;
  for (const candidate of candidates(name, place)) {
    const found = sandbox
      ? (await findProgram({ root, mounts: sandbox.mounts }, candidate)) !== undefined
      : await isExecutable(candidate);
    if (found) return [candidate, ...rest];
  }
  const why = name.includes('/') ? 'no such executable file' : 'executable file not found in $PATH';
  throw new StartError(`exec: ${JSON.stringify(name)}: ${why}`);
}

function candidates(name: string, { root, workingFolder, environment, sandbox }: CommandPlace): string[] {
  if (isAbsolute(name)) return sandbox ? [name] : [join(root, normalize(name)), name];
  if (name.includes('/')) return [resolve(workingFolder, name)];
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, name));
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
