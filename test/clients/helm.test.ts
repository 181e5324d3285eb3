import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../acceptance/platform.ts';
import { missingTool } from '../acceptance/tools.ts';
import { ensureComponent, missingComponents } from '../cluster/components.ts';
import { startServer } from './server.ts';

const chart = join(import.meta.dirname, 'helm/chart');

test('Helm installs, upgrades, rolls back and removes a chart', {
  skip: missingComponents('helm') || missingTool('kubectl'),
  timeout: 600_000,
}, async (t) => {
  const helm = ensureComponent('helm');
  await using server = await startServer();
  const home = await mkdtemp(join(tmpdir(), 'fairlead-helm-'));
  t.after(() => rm(home, { recursive: true }));
  const env = { PATH: process.env['PATH'], HOME: home, KUBECONFIG: server.kubeconfig };
  const ask = async (program: string, ...args: string[]): Promise<string> => {
    const ended = await run(program, args, { cwd: home, env });
    assert.equal(ended.status, 0, `${args.join(' ')}: ${ended.text}`);
    return ended.out.trim();
  };
  const color = (): Promise<string> =>
    ask('kubectl', 'get', 'configmap', 'shop-settings', '-o', 'jsonpath={.data.color}');
  const replicas = (): Promise<string> =>
    ask('kubectl', 'get', 'deployment', 'shop', '-o', 'jsonpath={.spec.replicas}');

  await t.test('install makes everything that the chart holds', async () => {
    assert.match(await ask(helm, 'install', 'shop', chart), /STATUS: deployed/);
    const made = ['deployment/shop', 'service/shop', 'serviceaccount/shop', 'poddisruptionbudget/shop'];
    await ask('kubectl', 'get', ...made);
    assert.deepEqual([await color(), await replicas()], ['blue', '1']);
  });

  await t.test('upgrade changes what differs', async () => {
    await ask(helm, 'upgrade', 'shop', chart, '--set', 'color=red,replicas=2');
    assert.deepEqual([await color(), await replicas()], ['red', '2']);
  });

  await t.test('a value that the API refuses fails the upgrade, and says why', async () => {
    const ended = await run(helm, ['upgrade', 'shop', chart, '--set', 'replicas=-1'], { cwd: home, env });
    assert.equal(ended.status, 1, ended.text);
    assert.match(ended.err, /spec\.replicas: Invalid value: -1/);
  });

  await t.test('rollback brings the first revision back', async () => {
    await ask(helm, 'rollback', 'shop', '1');
    assert.deepEqual([await color(), await replicas()], ['blue', '1']);
    const history = JSON.parse(await ask(helm, 'history', 'shop', '-o', 'json')) as { status: string }[];
    assert.deepEqual(
      history.map(({ status }) => status),
      ['superseded', 'superseded', 'failed', 'deployed'],
    );
  });

  await t.test('uninstall leaves nothing', async () => {
    await ask(helm, 'uninstall', 'shop', '--wait');
    assert.equal(
      await ask('kubectl', 'get', 'deployment,service,secret,pdb', '-l', 'app=shop', '-o', 'name'),
      '',
    );
    assert.equal(await ask(helm, 'list', '-q'), '');
  });
});
