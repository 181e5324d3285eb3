import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../acceptance/processes.ts';
import { missingComponents } from './components.ts';
import { startControlPlane } from './control-plane.ts';

const skip = missingComponents('etcd', 'kube-apiserver');

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('A control plane that is closed leaves nothing behind', { skip }, async () => {
  const plane = await startControlPlane();
  const pids = Object.values(plane.pids);
  assert.equal(pids.length, 2);
  await plane[Symbol.asyncDispose]();
  assert.deepEqual(pids.filter(isRunning), []);
  assert.equal(existsSync(dirname(plane.kubeconfig)), false);
});

test('Nor does one whose owner was killed', { skip }, async () => {
  const owner = spawn(process.execPath, [join(import.meta.dirname, 'main-crash.fixture.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(owner.stdout, 'data')) as [Buffer];
  const { pids, kubeconfig } = JSON.parse(line.toString()) as {
    readonly pids: Readonly<Record<string, number>>;
    readonly kubeconfig: string;
  };
  owner.kill('SIGKILL');
  await eventually('nothing is left', () => Object.values(pids).filter(isRunning).length, {
    holds: (left) => left === 0 && !existsSync(dirname(kubeconfig)),
  });
});
