import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { digestOf } from '../oci/digest.ts';
import { bearer, openTestRegistry } from './registry.fixture.ts';

const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { errors: { code: string }[] }).errors[0]?.code;

describe('pulling a blob', () => {
  it('HEAD tells the size, GET gives the bytes', async () => {
    await using world = await openTestRegistry();
    const bytes = randomBytes(700_000);
    const { digest } = await world.repository('default/shop').pushBytes('x', bytes);
    const head = await world.request(`/v2/default/shop/blobs/${digest}`, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.headers.get('content-length'), '700000');
    assert.equal(head.body, null);
    const get = await world.request(`/v2/default/shop/blobs/${digest.replace(':', '%3A')}`);
    assert.equal(get.headers.get('docker-content-digest'), digest);
    assert.deepEqual(Buffer.from(await get.arrayBuffer()), bytes);
  });

  const table: readonly [range: string, status: number, contentRange: string | null, content: string][] = [
    ['bytes=0-3', 206, 'bytes 0-3/10', '0123'],
    ['bytes=4-', 206, 'bytes 4-9/10', '456789'],
    ['bytes=-2', 206, 'bytes 8-9/10', '89'],
    ['bytes=-99', 206, 'bytes 0-9/10', '0123456789'],
    ['bytes=8-99', 206, 'bytes 8-9/10', '89'],
    ['bytes=10-', 416, 'bytes */10', ''],
    ['bytes=-0', 416, 'bytes */10', ''],
    ['bytes=5-2', 200, null, '0123456789'],
    ['bytes=0-1,4-5', 200, null, '0123456789'],
    ['lines=0-1', 200, null, '0123456789'],
    ['bytes=-', 200, null, '0123456789'],
  ];
  for (const [range, status, contentRange, content] of table) {
    it(`with the range ${range} answers ${status}`, async () => {
      await using world = await openTestRegistry();
      const { digest } = await world.repository('default/shop').pushBytes('x', Buffer.from('0123456789'));
      const response = await world.request(`/v2/default/shop/blobs/${digest}`, { headers: { range } });
      assert.equal(response.status, status);
      assert.equal(response.headers.get('content-range'), contentRange);
      if (status !== 416) assert.equal(await response.text(), content);
    });
  }

  it('of another repository is not possible by its digest', async () => {
    await using world = await openTestRegistry();
    const { digest } = await world.repository('default/secret').pushBytes('x', Buffer.from('hello'));
    await world.repository('default/shop').pushBytes('x', Buffer.from('other'));
    const response = await world.request(`/v2/default/shop/blobs/${digest}`);
    assert.equal(response.status, 404);
    assert.equal(await codeOf(response), 'BLOB_UNKNOWN');
  });

  it('after its delete is not possible here, and still is elsewhere', async () => {
    await using world = await openTestRegistry();
    for (const name of ['a', 'b']) await world.repository(name).pushBytes('x', Buffer.from('hello'));
    const digest = digestOf('hello');
    assert.equal((await world.request(`/v2/a/blobs/${digest}`, { method: 'DELETE' })).status, 202);
    assert.equal((await world.request(`/v2/a/blobs/${digest}`, { method: 'DELETE' })).status, 404);
    assert.equal((await world.request(`/v2/a/blobs/${digest}`)).status, 404);
    assert.equal((await world.request(`/v2/b/blobs/${digest}`)).status, 200);
  });
});

describe('the doors', () => {
  it('ask who it is', async () => {
    await using world = await openTestRegistry();
    for (const path of ['/v2/', '/v2/default/shop/tags/list']) {
      const response = await world.registry(new Request(`http://registry${path}`));
      assert.equal(response.status, 401);
      assert.match(response.headers.get('www-authenticate') ?? '', /^Basic realm=/);
      assert.equal(await codeOf(response), 'UNAUTHORIZED');
    }
    const known = await world.request('/v2/');
    assert.equal(known.status, 200);
    assert.equal(known.headers.get('docker-distribution-api-version'), 'registry/2.0');
  });

  it('show a foreign repository as a missing one, and refuse what a reader may not', async () => {
    const authorize = (user: string, verb: string, name: string): boolean =>
      user !== 'stranger' && (user === 'secret' || (verb === 'pull' && name === 'default/shop'));
    await using world = await openTestRegistry({ authorize });
    const { digest } = await world.repository('default/shop').pushBytes('x', Buffer.from('hello'));
    const ask = (token: string, method: string): Promise<Response> =>
      world.request(`/v2/default/shop/blobs/${digest}`, { method, headers: bearer(token) });
    assert.equal(await codeOf(await ask('stranger', 'GET')), 'NAME_UNKNOWN');
    assert.equal(await codeOf(await ask('stranger', 'DELETE')), 'NAME_UNKNOWN');
    assert.equal((await ask('reader', 'GET')).status, 200);
    const denied = await ask('reader', 'DELETE');
    assert.equal(denied.status, 403);
    assert.equal(await codeOf(denied), 'DENIED');
    const push = await world.request('/v2/default/shop/blobs/uploads/', {
      method: 'POST',
      headers: bearer('reader'),
    });
    assert.equal(await codeOf(push), 'DENIED');
  });

  const names = [
    '../x',
    'UPPER',
    'a//b',
    '-a',
    'a-',
    'a/_blobs/x',
    'a..b',
    'a/%2e%2e/b',
    '%2e%2e',
    'a'.repeat(256),
  ];
  for (const name of names) {
    it(`refuse the name ${name.slice(0, 20)}`, async () => {
      await using world = await openTestRegistry();
      const response = await world.request(`/v2/${name}/tags/list`);
      assert.ok(['NAME_INVALID', 'UNSUPPORTED', 'NAME_UNKNOWN'].includes(String(await codeOf(response))));
      assert.ok(response.status >= 400 && response.status < 500);
    });
  }

  it('name what they do not serve', async () => {
    await using world = await openTestRegistry();
    const catalog = await world.request('/v2/_catalog');
    assert.equal(catalog.status, 404);
    assert.equal(await codeOf(catalog), 'UNSUPPORTED');
    const method = await world.request('/v2/default/shop/tags/list', { method: 'POST' });
    assert.equal(method.status, 405);
    assert.equal(method.headers.get('allow'), 'GET');
  });

  it('say that a fault is theirs, and no more', async () => {
    const faults: unknown[] = [];
    const full = Object.assign(new Error('no space left, /secret/path'), { code: 'ENOSPC' });
    const storage = {
      blobs: {} as never,
      records: { read: () => Promise.reject(full) } as never,
    };
    await using world = await openTestRegistry({ storage, onFault: (error) => faults.push(error) });
    const response = await world.request('/v2/default/shop/manifests/v1');
    assert.equal(response.status, 507);
    assert.doesNotMatch(await response.text(), /secret/);
    assert.deepEqual(faults, [full]);
  });
});
