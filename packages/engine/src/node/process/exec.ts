import type { Clock } from '@fairlead/kube';
import { spawn } from 'node:child_process';
import { kill } from 'node:process';
import { type ExecOrder, type ExecResult, StartError } from './contract.ts';
import type { LaunchedExec } from './launch.ts';
import { withMarker } from './marker.ts';

const outputLimit = 10 * 1024;
/** Output may be read after the process has ended. */
const lateOutputMs = 50;

/** Runs a command in a container's folder and environment, and kills its group when it takes too long. */
export async function runBeside(launched: LaunchedExec, order: ExecOrder, clock: Clock): Promise<ExecResult> {
  const { command, workingFolder, environment } = launched;
  const [name = '', ...args] = command;
  const child = spawn(name, args, {
    cwd: workingFolder,
    env: withMarker(environment, order.folder),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = collect([child.stdout, child.stderr]);
  return new Promise((done, fail) => {
    const cancel = clock.after(order.timeoutMs, () => {
      launched.kill?.();
      killGroup(child.pid);
      done({ code: 'timeout', output: output() });
    });
    child.once('error', (error) => {
      cancel();
      fail(new StartError(error.message));
    });
    child.once('exit', (code) => {
      cancel();
      launched.close?.();
      const finish = () => done({ code: code ?? 137, output: output() });
      child.once('close', finish);
      // A grandchild may keep the pipes open for ever.
      clock.after(lateOutputMs, finish);
    });
  });
}

function collect(streams: readonly NodeJS.ReadableStream[]): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  for (const stream of streams) {
    stream.on('data', (chunk: Buffer) => {
      if (size < outputLimit) chunks.push(chunk.subarray(0, outputLimit - size));
      size += chunk.length;
    });
    stream.on('error', () => {}); // The pipe ends with its process.
  }
  return () => Buffer.concat(chunks).toString('utf8');
}

function killGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) kill(-leader, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
