import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Ended, run } from './platform.ts';
import { missingTool } from './tools.ts';

const launcher = resolve(import.meta.dirname, '../../bin/fairlead');

describe('fairlead engine', { skip: missingTool('kubectl'), timeout: 120_000 }, () => {
  let folder = '';
  const started: ChildProcess[] = [];
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'fairlead-engine-command-'))));
  after(async () => {
    for (const child of started) await end(child);
    await rm(folder, { recursive: true });
  });

  const end = async (child: ChildProcess): Promise<unknown> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    return (await ended)[0];
  };
  /** Resolves with the line that it prints when it serves. */
  const start = async (...words: string[]): Promise<{ child: ChildProcess; line: string }> => {
    const args = ['engine', '--api-listen', '127.0.0.1:0', ...words];
    const child = spawn(launcher, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    started.push(child);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, line: line.toString() };
  };
  const kubectl = (...words: string[]): Promise<Ended> =>
    run('kubectl', ['--kubeconfig', join(folder, 'config'), ...words], { cwd: folder, env: process.env });

  it('keeps nothing with --memory, and writes the kubeconfig where it is told', async () => {
    const { child, line } = await start('--memory', '--kubeconfig', 'config');
    assert.match(line, /^ready https:\/\/127\.0\.0\.1:\d+ kubeconfig .+\/config\n$/);
    assert.equal((await stat(join(folder, 'config'))).mode & 0o777, 0o600);
    const made = await kubectl('create', 'deployment', 'web', '--image=app', '--replicas=2');
    assert.equal(made.status, 0, made.err);
    const waited = ['wait', 'deployment/web', '--for=jsonpath={.status.replicas}=2', '--timeout=20s'];
    const ran = await kubectl(...waited);
    assert.equal(ran.status, 0, `its controllers run: ${ran.err}`);
    assert.equal(await end(child), 0);
  });

  it('serves the API alone with --api-only', async () => {
    const { child } = await start('--memory', '--api-only', '--kubeconfig', 'config');
    assert.equal((await kubectl('create', 'deployment', 'web', '--image=app')).status, 0);
    const wait = ['wait', 'deployment/web', '--for=jsonpath={.status.replicas}=1', '--timeout=1s'];
    assert.equal((await kubectl(...wait)).status, 1);
    assert.equal(await end(child), 0);
  });

  it('is the only one on its folder, and finds there what it left', async () => {
    const data = ['--data', 'data', '--kubeconfig', 'config'];
    const { child } = await start(...data);
    assert.equal((await kubectl('create', 'namespace', 'kept')).status, 0);
    const second = await run(launcher, ['engine', '--api-listen', '127.0.0.1:0', ...data], {
      cwd: folder,
      env: process.env,
    });
    assert.equal(second.status, 1, second.err);
    assert.match(second.err, /E_DATA_LOCKED[^]*fairlead engine --data DIR/);
    assert.equal(await end(child), 0);
    const again = await start(...data);
    assert.equal((await kubectl('get', 'namespace', 'kept')).status, 0);
    assert.equal(await end(again.child), 0);
  });

  it('does not guess whether to keep what it holds', async () => {
    const both = await run(launcher, ['engine', '--memory', '--data', 'x'], {
      cwd: folder,
      env: process.env,
    });
    assert.equal(both.status, 2);
    assert.match(both.err, /E_ARGUMENT[^]*--memory nothing is kept/);
  });
});
