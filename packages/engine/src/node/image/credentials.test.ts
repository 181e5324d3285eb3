import fc from 'fast-check';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseChallenge } from './challenge.ts';
import { findCredentials } from './credentials.ts';
import { openImages } from './images.ts';
import { parseReference } from './reference.ts';
import { RegistryFixture } from './registry.fixture.ts';

const secret = (value: unknown, key = '.dockerconfigjson') =>
  new Map([[key, Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))]]);

const find = (data: ReadonlyMap<string, Buffer>, name: string) => {
  const image = parseReference(name);
  assert.ok(image !== undefined);
  return findCredentials(data, image);
};

describe('who pulls an image', () => {
  const auth = Buffer.from('ann:pass:word').toString('base64');

  test('is said by the entry with the longest path', () => {
    const auths = {
      'https://registry.example.com/v2/': { auth },
      'registry.example.com/shop': { username: 'shop', password: 'x' },
    };
    assert.deepEqual(find(secret({ auths }), 'registry.example.com/other/app'), {
      username: 'ann',
      password: 'pass:word',
    });
    assert.equal(find(secret({ auths }), 'registry.example.com/shop/app')?.username, 'shop');
    assert.equal(find(secret({ auths }), 'registry.example.com/shopping/app')?.username, 'ann');
    assert.equal(find(secret({ auths }), 'other.example.com/app'), undefined);
  });

  test('may be said in the older form, and for Docker’s own registry', () => {
    const old = { 'https://index.docker.io/v1/': { auth } };
    assert.equal(find(secret(old, '.dockercfg'), 'redis')?.username, 'ann');
  });

  test('is not said by what cannot be read', () => {
    for (const text of [
      '',
      '{',
      'null',
      '{"auths":7}',
      '{"auths":{"a.example":null}}',
      '{"auths":{"a.example":{}}}',
    ])
      assert.equal(find(secret(text), 'a.example/app'), undefined);
    fc.assert(fc.property(fc.json(), (text) => void find(secret(text), 'a.example/app')));
  });
});

describe('a registry that asks who pulls', () => {
  for (const scheme of ['Basic', 'Bearer'] as const) {
    test(`is answered when it wants ${scheme}, and refuses others`, async () => {
      const registry = new RegistryFixture();
      registry.login = { scheme, basic: 'ann:secret' };
      const folder = await mkdtemp(join(tmpdir(), 'images-'));
      const { registries, fetch } = registry;
      const platform = { os: 'linux', architecture: 'amd64' };
      const images = await openImages({ folder, registries, fetch, layouts: folder, platform });
      const name = await registry.add({ layers: [[{ name: 'a', content: 'x' }]] });
      await assert.rejects(images.ensure(name, 'IfNotPresent'), /authorization failed/);
      const pull = (password: string) =>
        images.ensure(name, 'IfNotPresent', { credentials: async () => ({ username: 'ann', password }) });
      await assert.rejects(pull('wrong'), /authorization failed/);
      assert.equal((await pull('secret')).layers.length, 1);
      await images.close();
      await rm(folder, { recursive: true });
    });
  }

  test('may say it in any words', () => {
    assert.deepEqual(
      [
        ...(parseChallenge('bearer realm="https://a/\\"t", service=b ,scope="x:y:pull,push"')?.parameters ??
          []),
      ],
      [
        ['realm', 'https://a/"t'],
        ['service', 'b'],
        ['scope', 'x:y:pull,push'],
      ],
    );
    assert.equal(parseChallenge('Negotiate'), undefined);
    fc.assert(fc.property(fc.string(), (text) => void parseChallenge(`Bearer ${text}`)));
  });
});
