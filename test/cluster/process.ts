import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, readFileSync } from 'node:fs';

/** A running part of the control plane. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  /** Why it ended, with the end of its log; undefined while it runs. */
  ended(): string | undefined;
  /** Asks it to end, and makes it end when it does not. */
  stop(): Promise<void>;
}

const STOP_MILLISECONDS = 5000;

/** Starts a program whose output goes to a file. */
export const startPart = async (given: {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly log: string;
}): Promise<Part> => {
  const { name, path, args, log } = given;
  const output = openSync(log, 'a');
  // What a program is called is how it signs what it writes.
  const child = spawn(path, args, { argv0: name, stdio: ['ignore', output, output] });
  closeSync(output);
  const exit = once(child, 'exit');
  await once(child, 'spawn');
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    name,
    pid: child.pid as number,
    ended: () =>
      isRunning() ? undefined : `${name} ended (${child.exitCode ?? child.signalCode}): ${endOf(log)}`,
    stop: async () => {
      if (!isRunning()) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS);
      await exit;
      clearTimeout(timer);
    },
  };
};

const endOf = (log: string): string => readFileSync(log, 'utf8').slice(-2000);
