import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, it } from 'node:test';
import { findConnection, inClusterConnection } from './in-cluster.ts';
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
  context: {cluster: proxied, user: stand-in}
- name: ftp
  context: {cluster: ftp}
- name: careless
  context: {cluster: careless}
- name: password
  context: {cluster: open, user: password}
- name: provider
  context: {cluster: open, user: provider}
- name: half
  context: {cluster: open, user: half}
- name: nobody
  context: {cluster: open, user: nobody}
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
  cluster: {server: "https://127.0.0.1:7443", proxy-url: "socks5://127.0.0.1:1"}
- name: ftp
  cluster: {server: "https://127.0.0.1:7443", proxy-url: "ftp://127.0.0.1"}
- name: careless
  cluster: {server: "https://127.0.0.1:7443", insecure-skip-tls-verify: true, certificate-authority-data: ${base64('CA')}}
- name: addressless
  cluster: {server: ""}
users:
- name: admin
  user: {client-certificate-data: ${base64('CERT')}, client-key-data: ${base64('KEY')}, token: secret}
- name: byFile
  user: {tokenFile: token, token: ignored}
- name: plugin
  user: {exec: {command: aws}}
- name: password
  user: {username: me, password: pw}
- name: provider
  user: {auth-provider: {name: gcp}}
- name: half
  user: {client-certificate-data: ${base64('CERT')}}
- name: nobody
  user: {as-groups: [developers]}
- name: stand-in
  user: {token: secret, as: ann, as-uid: "7", as-groups: [developers], as-user-extra: {scopes: [view, edit]}}
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
    await assert.rejects(loadKubeconfig(file, { context: 'files' }), /cannot read .*ca.pem: ENOENT/);
    await writeFile(join(folder, 'ca.pem'), 'CA');
    assert.deepEqual(await loadKubeconfig(file, { context: 'files' }), {
      context: 'files',
      namespace: 'default',
      user: 'byFile',
      server: 'https://127.0.0.1:7443',
      ca: 'CA',
      tokenFile: join(folder, 'token'),
    });
  });

  it('says by which proxy, and whom to act as', async () => {
    assert.deepEqual(await parseKubeconfig(config, { context: 'proxied' }), {
      context: 'proxied',
      namespace: 'default',
      user: 'stand-in',
      server: 'https://127.0.0.1:7443',
      proxy: 'socks5://127.0.0.1:1',
      token: 'secret',
      impersonate: { user: 'ann', uid: '7', groups: ['developers'], extra: { scopes: ['view', 'edit'] } },
    });
  });

  it('of several files is one: what the first says counts, paths are relative to each, and one may be missing', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
    t.after(() => rm(folder, { recursive: true }));
    const [first, second] = [join(folder, 'first'), join(folder, 'deep', 'second')];
    await mkdir(join(folder, 'deep'));
    await writeFile(first, 'current-context: plain\nusers: [{name: byFile, user: {tokenFile: mine}}]');
    await writeFile(second, config);
    await writeFile(join(folder, 'deep', 'ca.pem'), 'CA');
    const paths = [join(folder, 'missing'), first, second];
    assert.equal((await loadKubeconfig(paths)).context, 'plain');
    const { ca, tokenFile } = await loadKubeconfig(paths, { context: 'files' });
    assert.deepEqual({ ca, tokenFile }, { ca: 'CA', tokenFile: join(folder, 'mine') });
    const found = await findConnection({ env: { KUBECONFIG: paths.join(delimiter) } });
    assert.equal(found.server, 'http://127.0.0.1:8001/prefix');
  });

  it('is not needed in a pod, which has an account of its own', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'account-'));
    t.after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'ca.crt'), 'CA');
    await writeFile(join(folder, 'namespace'), 'team');
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    assert.deepEqual(await inClusterConnection(env, folder), {
      context: 'in-cluster',
      namespace: 'team',
      user: '',
      server: 'https://[fd00::1]:443',
      ca: 'CA',
      tokenFile: join(folder, 'token'),
    });
    await assert.rejects(inClusterConnection({}), /this is no pod/);
    await assert.rejects(inClusterConnection(env, join(folder, 'none')), /has no service account: ENOENT/);
  });

  const refusals: readonly [string, string | undefined, RegExp][] = [
    [config, 'other', /has no context other/],
    [config, 'lost', /has no cluster nowhere/],
    [config, 'plugin', /uses exec with the apiVersion of nothing/],
    [config, 'ftp', /proxy-url must begin with http, https or socks5/],
    [config, 'careless', /names a certificate-authority and skips its use/],
    [config, 'password', /uses username, and Kubernetes takes no passwords/],
    [config, 'provider', /uses auth-provider, which Kubernetes has given up/],
    [config, 'half', /a client certificate or its key, and not both/],
    [config, 'nobody', /as-user-extra without as/],
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
