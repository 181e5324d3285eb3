import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { run } from '../../acceptance/platform.ts';
import { missingTool } from '../../acceptance/tools.ts';
import { startServer } from '../server.ts';
import { play } from './play.ts';
import { readTranscript, renderAll } from './transcript.ts';

/** Lines that show something else on purpose, and the heading of `docs/engine-differences.md` that says why. */
const onPurpose = new Map([
  ['$ kubectl explain deployment.spec.strategy', 'Descriptions of built-in kinds'],
  ['$ kubectl explain service.spec --recursive', 'Descriptions of built-in kinds'],
]);

/** Lines that are still to be mended. */
const bugs = new Map<string, string>([]);

const differences = readFileSync(resolve(import.meta.dirname, '../../../docs/engine-differences.md'), 'utf8');

test('a session with kubectl shows what it showed on a real Kubernetes', {
  skip: missingTool('kubectl', 'diff'),
  timeout: 240_000,
}, async (t) => {
  await using server = await startServer();
  const home = await mkdtemp(join(tmpdir(), 'fairlead-session-'));
  const { kubeconfig } = server;
  const prepare = async (...args: string[]): Promise<void> => {
    const { status, text } = await run('kubectl', ['--kubeconfig', kubeconfig, ...args], {
      cwd: home,
      env: process.env,
    });
    assert.equal(status, 0, text);
  };
  try {
    await prepare('create', 'namespace', 'session');
    await prepare('wait', '--for=create', 'serviceaccount/default', '-n', 'session', '--timeout=30s');
    const seen = renderAll(await play({ kubeconfig, home }));
    const recorded = readTranscript();
    assert.equal(seen.length, recorded.length, 'the session was recorded anew after its last change');
    for (const [index, expected] of recorded.entries()) {
      const line = expected.split('\n', 1)[0] ?? '';
      const heading = onPurpose.get(line);
      await t.test(line, { todo: bugs.get(line) ?? false }, () => {
        if (heading === undefined) assert.equal(seen[index], expected);
        else assert.ok(differences.includes(`### ${heading}\n`) && seen[index] !== expected);
      });
    }
  } finally {
    await rm(home, { recursive: true });
  }
});
