import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadKubeconfig, parseKubeconfig } from './kubeconfig.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const config = `
apiVersion: v1
kind: Config
current-context: here
contexts:
- name: here
  context: {cluster: local, user: admin, namespace: team-a}
- name: plain
  context: {cluster: open}
- name: files
  context: {cluster: byFile, user: byFile}
- name: lost
  context: {cluster: nowhere}
- name: plugin
  context: {cluster: open, user: plugin}
- name: proxied
  context: {cluster: proxied}
- name: addressless
  context: {cluster: addressless}
clusters:
- name: local
  cluster: {server: "https://127.0.0.1:7443", certificate-authority-data: ${base64('CA')}, tls-server-name: kube}
- name: open
  cluster: {server: "http://127.0.0.1:8001/prefix", insecure-skip-tls-verify: true}
- name: byFile
  cluster: {server: "https://127.0.0.1:7443", certificate-authority: ca.pem}
- name: proxied
  cluster: {server: "https://127.0.0.1:7443", proxy-url: "http://127.0.0.1:1"}
- name: addressless
  cluster: {server: ""}
users:
- name: admin
  user: {client-certificate-data: ${base64('CERT')}, client-key-data: ${base64('KEY')}, token: secret}
- name: byFile
  user: {tokenFile: token, token: ignored, username: me, password: pw}
- name: plugin
  user: {exec: {command: aws}}
`;

describe('a kubeconfig', () => {
  it('says where and as whom: the current context', async () => {
    assert.deepEqual(await parseKubeconfig(config), {
      context: 'here',
      namespace: 'team-a',
      user: 'admin',
      server: 'https://127.0.0.1:7443',
      ca: 'CA',
      serverName: 'kube',
      cert: 'CERT',
      key: 'KEY',
      token: 'secret',
    });
  });

  it('or the one that is asked for', async () => {
    assert.deepEqual(await parseKubeconfig(config, { context: 'plain' }), {
      context: 'plain',
      namespace: 'default',
      user: '',
      server: 'http://127.0.0.1:8001/prefix',
      insecure: true,
    });
  });

  it('names files relative to itself', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
    t.after(() => rm(folder, { recursive: true }));
    const file = join(folder, 'config');
    await writeFile(file, config);
    await assert.rejects(loadKubeconfig(file, { context: 'files' }), /cannot read ca.pem: ENOENT/);
    await writeFile(join(folder, 'ca.pem'), 'CA');
    assert.deepEqual(await loadKubeconfig(file, { context: 'files' }), {
      context: 'files',
      namespace: 'default',
      user: 'byFile',
      server: 'https://127.0.0.1:7443',
      ca: 'CA',
      tokenFile: join(folder, 'token'),
      basic: { username: 'me', password: 'pw' },
    });
  });

  const refusals: readonly [string, string | undefined, RegExp][] = [
    [config, 'other', /has no context other/],
    [config, 'lost', /has no cluster nowhere/],
    [config, 'plugin', /uses exec, which is not supported yet/],
    [config, 'proxied', /uses proxy-url, which is not supported yet/],
    [config, 'addressless', /server is not an address/],
    ['', undefined, /is empty/],
    ['a: [', undefined, /is not YAML/],
    ['kind: Config', undefined, /no current context/],
  ];
  for (const [text, context, expected] of refusals) {
    it(`is refused: ${expected.source}`, () => assert.rejects(parseKubeconfig(text, { context }), expected));
  }

  it('that is not there is named', async () => {
    await assert.rejects(loadKubeconfig('/no/such/config'), /cannot read \/no\/such\/config: ENOENT/);
  });
});
