// Certificates as people make them, with OpenSSL and the authority in the data folder, shown at the engine's socket.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { openHttp } from '@fairlead/kube/http';
import { createClient } from '@fairlead/kube';
import { startEngine } from '../engine.ts';

const folder = await mkdtemp(join(tmpdir(), 'fairlead-clients-'));
const data = join(folder, 'data');
const engine = await startEngine({ store: { data }, listen: { host: '127.0.0.1', port: 0 } });
after(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});
const { server, ca, token } = engine.access();

const openssl = (...args: readonly string[]): void =>
  void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });

interface Credentials {
  readonly cert: string;
  readonly key: string;
}

interface Wanted {
  readonly subject: string;
  readonly days?: string;
  /** The folder of the authority that signs. */
  readonly pki?: string;
  readonly usage?: string;
}

let count = 0;

const issue = async (wanted: Wanted): Promise<Credentials> => {
  const { subject, days = '1', pki = join(data, 'pki'), usage = 'clientAuth' } = wanted;
  const name = `client-${(count += 1)}`;
  const request = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', subject];
  openssl('req', '-new', ...request, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  await writeFile(join(folder, `${name}.ext`), `extendedKeyUsage=${usage}\n`);
  const signed = ['-CA', join(pki, 'ca.crt'), '-CAkey', join(pki, 'ca.key'), '-days', days];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-extfile', `${name}.ext`, '-out', `${name}.crt`);
  const read = (end: string): Promise<string> => readFile(join(folder, `${name}.${end}`), 'utf8');
  return { cert: await read('crt'), key: await read('key') };
};

interface Review {
  readonly status: { readonly userInfo: { readonly username: string; readonly groups: readonly string[] } };
}

const whoAmI = async (credentials: Partial<Credentials> & { readonly token?: string }) => {
  const http = openHttp({ server, ca, ...credentials });
  const client = createClient(http.transport);
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  try {
    const { status } = await client.json<Review>({ method: 'POST', path, body: {} });
    return status.userInfo;
  } finally {
    await http.close();
  }
};

const ann = await issue({ subject: '/O=team-a/O=developers/CN=ann' });

describe('a client certificate', () => {
  it('shows a user by its name and groups by its organizations', async () => {
    const { username, groups } = await whoAmI(ann);
    assert.deepEqual([username, groups], ['ann', ['team-a', 'developers', 'system:authenticated']]);
  });

  it('counts more than a token', async () => {
    assert.equal((await whoAmI({ ...ann, token })).username, 'ann');
  });

  it('is not asked of whoever has a token', async () => {
    assert.equal((await whoAmI({ token })).username, 'admin');
  });

  it('without a name shows nobody', async () => {
    const nameless = await issue({ subject: '/O=team-a' });
    assert.equal((await whoAmI({ ...nameless, token })).username, 'admin');
    await assert.rejects(whoAmI(nameless), /User "system:anonymous" cannot create/);
  });

  for (const [title, make] of [
    ['of another authority', async () => issue({ subject: '/CN=ann', pki: await otherAuthority() })],
    ['that has expired', () => issue({ subject: '/CN=ann', days: '-1' })],
    ['that was made for a server', () => issue({ subject: '/CN=ann', usage: 'serverAuth' })],
    ['that is the server’s own', () => ownIdentity()],
  ] as const) {
    it(`${title} is worse than none`, async () => {
      const credentials = await make();
      await assert.rejects(whoAmI(credentials), /Unauthorized/);
      assert.equal((await whoAmI({ ...credentials, token })).username, 'admin', 'a good token is enough');
    });
  }

  it('is remembered with the session of a connection', async () => {
    const { port } = new URL(server);
    const first = open(Number(port));
    const [session] = (await once(first, 'session')) as [Buffer];
    first.destroy();
    const second = open(Number(port), session);
    await once(second, 'secureConnect');
    assert.equal(second.isSessionReused(), true);
    assert.match(await ask(second), /User \\"ann\\" cannot list/);
    second.destroy();
  });
});

const open = (port: number, session?: Buffer): TLSSocket =>
  connect({ port, host: '127.0.0.1', ca, ...ann, ...(session && { session }) });

/** Lists nodes, which a user without roles may not. */
const ask = async (socket: TLSSocket): Promise<string> => {
  socket.write('GET /api/v1/nodes HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  let text = '';
  for await (const part of socket) text += String(part);
  return text;
};

const otherAuthority = async (): Promise<string> => {
  const pki = join(folder, 'other');
  await mkdir(pki);
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=fairlead-ca'];
  openssl('req', '-x509', ...made, '-keyout', join(pki, 'ca.key'), '-out', join(pki, 'ca.crt'));
  return pki;
};

const ownIdentity = async (): Promise<Credentials> => {
  const read = (name: string): Promise<string> => readFile(join(data, 'pki', name), 'utf8');
  return { cert: await read('server.crt'), key: await read('server.key') };
};
