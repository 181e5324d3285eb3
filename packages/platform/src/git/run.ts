import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';

export interface GitCall {
  /** After `git`; user values come after `--` or are checked before. */
  readonly args: readonly string[];
  readonly repository: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdio: StdioOptions;
  readonly signal: AbortSignal;
}

/** What a git process may see of the environment: nothing that a user or the machine's owner configured. */
const environment = (path: string): Record<string, string> => ({
  PATH: path,
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
});

export type RunGit = (call: GitCall) => ChildProcess;

/** Starts git processes with a clean environment; they end with the signal. */
export const createGit =
  (path: string): RunGit =>
  ({ args, repository, env, stdio, signal }) =>
    spawn('git', args, {
      cwd: repository,
      env: { ...environment(path), ...env },
      stdio,
      signal,
      killSignal: 'SIGTERM',
    });

/** Resolves with the exit code; rejects when the process could not be started. */
export const exitCode = async (child: ChildProcess): Promise<number> => {
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
};
