import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const launcher = resolve(import.meta.dirname, '../../bin/fairlead');

/** `fairlead engine` in a process of its own, for clients that are programs. */
export interface Server extends AsyncDisposable {
  readonly kubeconfig: string;
}

/** Starts one that keeps nothing; with `--api-only` it has no controllers. */
export const startServer = async (...options: readonly string[]): Promise<Server> => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-client-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const args = ['engine', '--memory', '--api-listen', '127.0.0.1:0', '--kubeconfig', kubeconfig, ...options];
  const child = spawn(launcher, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
  if (!String(line).startsWith('ready')) throw new Error(`fairlead engine did not start: ${String(line)}`);
  return {
    kubeconfig,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
};
