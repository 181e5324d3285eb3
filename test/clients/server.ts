import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const launcher = resolve(import.meta.dirname, '../../bin/fairlead');

/** `fairlead engine` in a process of its own, for clients that are programs. */
export interface Server extends AsyncDisposable {
  readonly kubeconfig: string;
  readonly pid: number;
}

export interface ServerOptions {
  /** Whether it keeps everything, in a folder that goes with it. No, unless told. */
  readonly durable?: boolean;
  /** More options of the command: `--api-only` is one without controllers. */
  readonly options?: readonly string[];
}

/** Starts one; it serves when the promise resolves. */
export const startServer = async ({ durable = false, options = [] }: ServerOptions = {}): Promise<Server> => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-client-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const kept = durable ? ['--data', join(folder, 'data')] : ['--memory'];
  const args = ['engine', ...kept, '--api-listen', '127.0.0.1:0', '--kubeconfig', kubeconfig, ...options];
  const child = spawn(launcher, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
  if (!String(line).startsWith('ready')) throw new Error(`fairlead engine did not start: ${String(line)}`);
  return {
    kubeconfig,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
};
