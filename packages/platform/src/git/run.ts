import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { kill } from 'node:process';
import type { Readable } from 'node:stream';

export interface GitCall {
  /** After `git`; user values come after `--` or are checked before. */
  readonly args: readonly string[];
  readonly repository: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdio: StdioOptions;
  readonly signal: AbortSignal;
}

/**
 * What a git process may see of the environment: nothing that a user or the machine's owner configured. No single piece
 * of memory is larger than what a source may be: a few kilobytes of a pack can stand for gigabytes.
 */
const environment = (path: string): Record<string, string> => ({
  PATH: path,
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ALLOC_LIMIT: '256m',
});

export type RunGit = (call: GitCall) => ChildProcess;

/** Starts git processes with a clean environment; they end with the signal, and so does what they have started. */
export const createGit =
  (path: string): RunGit =>
  ({ args, repository, env, stdio, signal }) => {
    const child = spawn('git', args, {
      cwd: repository,
      env: { ...environment(path), ...env },
      stdio,
      // A group of its own: git does not pass on to its helpers that it is to end.
      detached: true,
    });
    const end = (): void => endGroup(child);
    signal.addEventListener('abort', end, { once: true });
    child.once('exit', () => signal.removeEventListener('abort', end));
    if (signal.aborted) end();
    return child;
  };

const endGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return;
  try {
    kill(-pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

/** Resolves with the exit code; rejects when the process could not be started. */
export const exitCode = async (child: ChildProcess): Promise<number> => {
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
};

/** What it writes. Throws at the end when it failed: what came before is then a part of something. */
export async function* outputOf(child: ChildProcess): AsyncGenerator<Uint8Array> {
  const ended = exitCode(child);
  // Whoever stops reading does not ask how it ended.
  ended.catch(() => {});
  yield* child.stdout as Readable as AsyncIterable<Uint8Array>;
  const code = await ended;
  if (code !== 0) throw new Error(`git ended with ${code}`);
}

/** All that it writes, as one text without the space at its ends. Throws when it failed. */
export const textOf = async (child: ChildProcess): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const part of outputOf(child)) parts.push(part);
  return Buffer.concat(parts).toString().trim();
};
