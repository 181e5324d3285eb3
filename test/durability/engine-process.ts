import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { loadKubeconfig, openHttp } from '@fairlead/kube/http';
import { type FrontDoor, frontDoorOf } from '../../packages/engine/src/testing/front-door.ts';

const program = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** `fairlead engine` in a process of its own, and a client with many connections. */
export interface EngineProcess extends AsyncDisposable {
  readonly door: FrontDoor;
  /** Resolves when it is gone. */
  kill(): Promise<void>;
}

/** What a command ended with and said. */
export function fairlead(...words: readonly string[]): Promise<{ status: unknown; text: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...words], (error, out, err) => {
      resolve({ status: error?.code ?? 0, text: out + err });
    });
  });
}

/** Starts it on a data folder; it serves when this resolves. */
export async function startEngineProcess(data: string): Promise<EngineProcess> {
  const words = ['engine', '--data', data, '--api-listen', '127.0.0.1:0', '--api-only'];
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) if (line.startsWith('ready')) break;
  const http = openHttp(await loadKubeconfig(join(data, 'kubeconfig')));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await http.close();
  };
  return { door: frontDoorOf(http.transport, kill), kill, [Symbol.asyncDispose]: kill };
}
