import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { needsKubectl, openKubectl } from './testing/kubectl.ts';

const kubectl = await openKubectl(process.env['PATH']);
after(() => kubectl[Symbol.asyncDispose]());

/** Columns of a table, line by line. */
const rowsOf = (text: string): string[][] => text.split('\n').map((line) => line.split(/\s{2,}/));

test('A role is made, bound, and asked about', needsKubectl, async () => {
  await kubectl.run('create', 'role', 'reader', '--verb=get,list', '--resource=configmaps,pods/log');
  await kubectl.run('create', 'rolebinding', 'ann', '--role=reader', '--user=ann');
  const canI = (...args: string[]) => kubectl.run('auth', 'can-i', ...args, '--as=ann');
  assert.equal(await canI('get', 'configmaps'), 'yes');
  assert.equal(await canI('get', 'pods', '--subresource=log'), 'yes');
  assert.equal(await kubectl.run('get', 'configmaps', '--as=ann', '-o', 'name'), '');
  const said = await kubectl.refused('get', 'secrets', '--as=ann');
  assert.match(
    said,
    /Forbidden.*User "ann" cannot list resource "secrets" in API group "" in the namespace "default"/,
  );
});

test('What one may do is listed', needsKubectl, async () => {
  const rows = rowsOf(await kubectl.run('auth', 'can-i', '--list', '--as=ann'));
  assert.deepEqual(
    rows.filter(([resource]) => ['Resources', 'configmaps', 'pods/log'].includes(resource ?? '')),
    [
      ['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs'],
      ['configmaps', '[]', '[]', '[get list]'],
      ['pods/log', '[]', '[]', '[get list]'],
    ],
  );
  assert.ok(rows.some(([resource, url]) => resource === '' && url === '[/version]'));
});

test('Who one is, also as somebody else', needsKubectl, async () => {
  assert.match(
    await kubectl.run('auth', 'whoami'),
    /Username +admin\nGroups +\[system:masters system:authenticated\]/,
  );
  const said = await kubectl.run(
    'auth',
    'whoami',
    '--as=ann',
    '--as-group=ops',
    '--as-group=a, b',
    '--as-uid=u1',
  );
  assert.match(said, /Username +ann\nUID +u1\nGroups +\[ops a, b system:authenticated\]/);
});

test('A token for a service account lets it in, with a role', needsKubectl, async () => {
  await kubectl.run('create', 'serviceaccount', 'bot');
  const token = await kubectl.run('create', 'token', 'bot', '--duration=10m');
  // Without the administrator's own credentials: kubectl sends the token instead of them.
  assert.match(
    await kubectl.run('auth', 'whoami', `--token=${token}`),
    /Username +system:serviceaccount:default:bot/,
  );
  assert.match(await kubectl.refused('get', 'pods', `--token=${token}`), /Forbidden/);
  await kubectl.run('create', 'rolebinding', 'bot', '--role=reader', '--serviceaccount=default:bot');
  assert.equal(await kubectl.run('get', 'configmaps', `--token=${token}`, '-o', 'name'), '');
  assert.match(await kubectl.refused('get', 'pods', '--token=nonsense'), /Unauthorized/);
});

test('Roles are reconciled from a file', needsKubectl, async () => {
  const file = await kubectl.file('roles.json', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'watcher' },
    rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['watch'] }],
  });
  assert.match(await kubectl.run('auth', 'reconcile', '-f', file), /watcher reconciled/);
  await kubectl.run('create', 'clusterrolebinding', 'watchers', '--clusterrole=watcher', '--group=ops');
  const asked = ['auth', 'can-i', 'watch', 'deployments.apps', '-A', '--as=x', '--as-group=ops'];
  assert.equal(await kubectl.run(...asked), 'yes');
});
