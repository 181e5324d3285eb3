import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { simulatedClock } from '../testing/simulated-clock.ts';
import type { CredentialSource } from './connection.ts';
import { type KubeconfigOptions, parseKubeconfig } from './kubeconfig.ts';

const v1 = 'client.authentication.k8s.io/v1';

interface Scene {
  readonly answer?: unknown;
  /** More of the plugin's entry. */
  readonly exec?: object;
  readonly options?: KubeconfigOptions;
}

/** A plugin that counts its runs, keeps what it is told, and gives the answer that lies beside it. */
async function openScene(t: TestContext, { answer, exec, options }: Scene) {
  const folder = await mkdtemp(join(tmpdir(), 'plugin-'));
  t.after(() => rm(folder, { recursive: true }));
  const script = [
    '#!/bin/sh',
    'cd "$(dirname "$0")"',
    'echo "$KUBERNETES_EXEC_INFO" >info',
    'echo "$1 $OWN" >>runs',
  ];
  await writeFile(join(folder, 'plugin'), [...script, 'cat answer'].join('\n'));
  await chmod(join(folder, 'plugin'), 0o700);
  const give = (value: unknown) =>
    writeFile(join(folder, 'answer'), typeof value === 'string' ? value : JSON.stringify(value));
  await give(answer);
  const entry = {
    apiVersion: v1,
    command: './plugin',
    args: ['login'],
    env: [{ name: 'OWN', value: 'mine' }],
    interactiveMode: 'Never',
    ...exec,
  };
  const config = {
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
    clusters: [{ name: 'here', cluster: { server: 'https://127.0.0.1:1', 'tls-server-name': 'kube' } }],
    users: [{ name: 'me', user: { exec: entry } }],
  };
  const { credentials } = await parseKubeconfig(JSON.stringify(config), { folder, ...options });
  const lines = async (name: string) => (await readFile(join(folder, name), 'utf8')).trim().split('\n');
  return {
    credentials: credentials as CredentialSource,
    give,
    runs: () => lines('runs'),
    info: async () => JSON.parse((await lines('info')).join('')) as unknown,
  };
}

const token = (name: string, expirationTimestamp?: string) => ({
  apiVersion: v1,
  kind: 'ExecCredential',
  status: { token: name, ...(expirationTimestamp && { expirationTimestamp }) },
});

describe('a credential plugin', () => {
  it('runs once for all who ask, with its own variables, and says who they are', async (t) => {
    const { credentials, runs, info } = await openScene(t, { answer: token('a') });
    assert.deepEqual(await Promise.all([credentials.get(), credentials.get()]), [
      { token: 'a' },
      { token: 'a' },
    ]);
    assert.deepEqual(await credentials.get(), { token: 'a' });
    assert.deepEqual(await runs(), ['login mine']);
    assert.deepEqual(await info(), { apiVersion: v1, kind: 'ExecCredential', spec: { interactive: false } });
  });

  it('runs again when what it gave has expired, and when it was refused', async (t) => {
    const clock = simulatedClock(Date.parse('2026-01-01T00:00:00Z'));
    const answer = token('a', '2026-01-01T00:01:00Z');
    const { credentials, give, runs } = await openScene(t, { answer, options: { clock } });
    const first = await credentials.get();
    clock.advance(60_000);
    assert.equal(await credentials.get(), first);
    clock.advance(1);
    await give(token('b'));
    assert.deepEqual(await Promise.all([credentials.get(), credentials.get()]), [
      { token: 'b' },
      { token: 'b' },
    ]);
    assert.equal((await runs()).length, 2);
    await credentials.reject(first);
    const second = await credentials.get();
    assert.deepEqual(second, { token: 'b' }, 'what was renewed meanwhile is not refused');
    await give(token('c'));
    await credentials.reject(second);
    assert.deepEqual(await credentials.get(), { token: 'c' });
  });

  it('is told of the cluster when it wants to know, and that it may ask', async (t) => {
    const exec = { provideClusterInfo: true, interactiveMode: 'IfAvailable' };
    const { credentials, info } = await openScene(t, {
      answer: token('a'),
      exec,
      options: { isInteractive: true },
    });
    await credentials.get();
    const cluster = { server: 'https://127.0.0.1:1', 'tls-server-name': 'kube' };
    assert.deepEqual(await info(), {
      apiVersion: v1,
      kind: 'ExecCredential',
      spec: { cluster, interactive: true },
    });
  });

  it('may give a certificate', async (t) => {
    const status = { clientCertificateData: 'CERT', clientKeyData: 'KEY' };
    const { credentials } = await openScene(t, {
      answer: { apiVersion: v1, kind: 'ExecCredential', status },
    });
    assert.deepEqual(await credentials.get(), { cert: 'CERT', key: 'KEY' });
  });

  const answers: readonly [string, unknown, RegExp][] = [
    ['no JSON', 'token!', /the credential plugin .*plugin: .*JSON/],
    ['another version', { ...token('a'), apiVersion: 'v1' }, /answered with v1 ExecCredential/],
    ['nothing', { ...token('a'), status: {} }, /no token and no certificate/],
    ['half', { ...token('a'), status: { clientKeyData: 'KEY' } }, /a certificate or its key, and not both/],
    ['no time', token('a', 'tomorrow'), /expirationTimestamp tomorrow/],
  ];
  for (const [title, answer, expected] of answers) {
    it(`that answers with ${title} is told of, and tried again`, async (t) => {
      const { credentials, give } = await openScene(t, { answer });
      await assert.rejects(credentials.get(), expected);
      await give(token('a'));
      assert.deepEqual(await credentials.get(), { token: 'a' });
    });
  }

  it('that is not there comes with the hint how to get it', async (t) => {
    const exec = { command: 'no-such-plugin', installHint: 'apt install it' };
    const { credentials } = await openScene(t, { answer: '', exec });
    await assert.rejects(credentials.get(), /no-such-plugin: spawn no-such-plugin ENOENT\napt install it/);
  });

  const entries: readonly [object, RegExp][] = [
    [{ command: '' }, /without a command/],
    [{ apiVersion: 'client.authentication.k8s.io/v1alpha1' }, /exec with the apiVersion .*v1alpha1/],
    [{ interactiveMode: '' }, /without an interactiveMode/],
    [{ interactiveMode: 'Always' }, /must ask, and standard input is no terminal/],
    [{ interactiveMode: 'Sometimes' }, /interactiveMode Sometimes/],
  ];
  for (const [exec, expected] of entries) {
    it(`is refused: ${expected.source}`, (t) => assert.rejects(openScene(t, { exec, answer: '' }), expected));
  }
});
