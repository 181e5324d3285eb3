import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseKubeconfig } from '@fairlead/kube/http';
import { simulatedClock } from '@fairlead/kube/testing';
import { createAuthentication } from './authentication.ts';
import { openServerIdentity } from './certificates.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { newSecret } from './secret.ts';
import { openSigningKey } from './signing-key.ts';
import { openTokenFile } from './tokens.ts';
import { admin, component } from './user.ts';

const root = await mkdtemp(join(tmpdir(), 'fairlead-auth-'));
after(() => rm(root, { recursive: true }));

const hosts = ['localhost', '127.0.0.1', '::1', 'fe80::1:2', 'api.example.com'];
const start = Date.parse('2026-01-01T00:00:00Z');
const DAY = 24 * 3600_000;

const modes = async (folder: string): Promise<number[]> =>
  Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).mode & 0o777));

test('A server shows a certificate of its own authority, good for all its names', async () => {
  const identity = await openServerIdentity({ hosts, clock: simulatedClock(start) });
  const [ca, server] = [identity.ca, identity.certificate].map((pem) => new X509Certificate(pem));
  assert.ok(ca?.ca);
  assert.equal(server?.ca, false);
  assert.ok(server?.verify(ca.publicKey));
  assert.ok(server.checkIssued(ca));
  assert.ok(server.checkHost('api.example.com'));
  for (const address of ['127.0.0.1', '::1', 'fe80::1:2']) assert.ok(server.checkIP(address), address);
  assert.equal(server.checkHost('elsewhere.example.com'), undefined);
  assert.deepEqual(server.keyUsage, ['1.3.6.1.5.5.7.3.1']);
});

test('It is kept where only its owner reads it, and made anew for other names or near its end', async () => {
  const folder = join(root, 'pki');
  const clock = simulatedClock(start);
  const first = await openServerIdentity({ folder, hosts, clock });
  assert.deepEqual(new Set(await modes(folder)), new Set([0o600]));
  assert.deepEqual(await openServerIdentity({ folder, hosts, clock }), first);
  const renamed = await openServerIdentity({ folder, hosts: ['other.example.com'], clock });
  assert.notEqual(renamed.certificate, first.certificate);
  assert.equal(renamed.ca, first.ca);
  clock.advance(340 * DAY);
  const renewed = await openServerIdentity({ folder, hosts: ['other.example.com'], clock });
  assert.notEqual(renewed.certificate, renamed.certificate);
  assert.equal(renewed.ca, first.ca, 'clients go on trusting it');
  clock.advance(3300 * DAY);
  const later = await openServerIdentity({ folder, hosts: ['other.example.com'], clock });
  assert.notEqual(later.ca, first.ca);
});

test('A token shows who comes; a wrong one nobody', async () => {
  const { find, tokens } = await openTokenFile({ users: [admin], newToken: newSecret });
  const clock = simulatedClock(start);
  const key = await openSigningKey();
  const { credentialOf } = createAuthentication({
    key,
    findUser: find,
    findMetadata: () => undefined,
    clock,
  });
  const token = tokens.get('admin') ?? '';
  assert.ok(token.length >= 43);
  assert.deepEqual(credentialOf(`Bearer ${token}`)(), admin);
  assert.deepEqual(credentialOf(`bearer ${token}`)(), admin);
  for (const nothing of [undefined, '', 'Bearer ', `Basic ${token}`, 'x'.repeat(10_000)]) {
    assert.equal(credentialOf(nothing)(), 'anonymous');
  }
  for (const wrong of [`${token}x`, token.slice(1), 'a.b.c', '..']) {
    assert.equal(credentialOf(`Bearer ${wrong}`)(), 'rejected');
  }
});

test('Tokens are kept, and new users get theirs', async () => {
  const path = join(root, 'data', 'tokens.csv');
  const first = await openTokenFile({ path, users: [admin], newToken: newSecret });
  const second = await openTokenFile({ path, users: [admin, component('node-agent')], newToken: newSecret });
  assert.equal(second.tokens.get('admin'), first.tokens.get('admin'));
  const third = await openTokenFile({ path, users: [], newToken: newSecret });
  const agent = second.tokens.get('system:node-agent') ?? '';
  assert.deepEqual(third.find(agent), component('node-agent'));
  const promoted = component('node-agent', 'system:nodes');
  const fourth = await openTokenFile({ path, users: [promoted], newToken: newSecret });
  assert.deepEqual(fourth.find(agent), promoted, 'the groups of today, not of the file');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test('A token file that cannot be read says which line, not what is in it', async () => {
  const path = join(root, 'broken.csv');
  await writeFile(path, 'secret-token,admin,,"system:masters"\nsecret-without-user\n');
  await assert.rejects(openTokenFile({ path, users: [], newToken: newSecret }), (error: Error) => {
    assert.equal(error.message, 'line 2 of the token file cannot be read');
    return true;
  });
});

test('A kubeconfig is what clients read, and only its owner', async () => {
  const path = join(root, 'deep', 'kubeconfig');
  const access = { server: 'https://127.0.0.1:7443', ca: 'PEM', user: 'admin', token: 't"\\n' };
  await writeKubeconfig(path, access);
  await chmod(path, 0o644);
  await writeKubeconfig(path, access);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const connection = await parseKubeconfig(await readFile(path, 'utf8'), {});
  assert.equal(connection.server, access.server);
});
