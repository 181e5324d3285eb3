import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { loadKubeconfig } from '@fairlead/kube/http';
import type { Target } from './connection.ts';

export interface BenchEngine extends AsyncDisposable {
  readonly target: Target;
  readonly pids: readonly number[];
}

/** `fairlead engine` in a process and a data folder of its own, as a person runs it. */
export const startBenchEngine = async (...options: readonly string[]): Promise<BenchEngine> => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-engine-'));
  const launcher = join(import.meta.dirname, '../../bin/fairlead');
  const child: ChildProcess = spawn(
    launcher,
    ['engine', '--data', folder, '--api-listen', '127.0.0.1:0', ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(child.stdout as Readable, 'data')) as [Buffer];
  if (!line.toString().startsWith('ready')) throw new Error(line.toString());
  const { server, ca = '', token = '' } = await loadKubeconfig(join(folder, 'kubeconfig'));
  return {
    target: { url: server, ca, token },
    pids: [child.pid ?? 0],
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
};
