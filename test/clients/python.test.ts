import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../acceptance/platform.ts';
import { startServer } from './server.ts';

/** A Python that has the client; `.ci/run` makes one. */
const python = process.env['FAIRLEAD_TEST_PYTHON'] ?? 'python3';
const hasClient = spawnSync(python, ['-c', 'import kubernetes'], { stdio: 'ignore' }).status === 0;

test('a program with the client of Python goes as on a real Kubernetes', {
  skip: hasClient ? false : "needs Python's kubernetes package",
  timeout: 120_000,
}, async () => {
  await using server = await startServer();
  const script = join(import.meta.dirname, 'python/session.py');
  const ended = await run(python, [script, server.kubeconfig], { cwd: '/', env: process.env });
  assert.equal(ended.status, 0, ended.text);
  assert.equal(ended.out.trim().split('\n').at(-1), 'done');
});
