import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildName, deploymentName, hostOf, imageName, routeName } from './names.ts';
import { anImage } from './objects.fixture.ts';

const longApp = 'a'.repeat(40);

describe('names', () => {
  it('stay DNS labels whatever an app and a process are called', () => {
    const image = imageName(longApp, 'f'.repeat(64));
    const names = [
      image,
      deploymentName(longApp, 'p'.repeat(20)),
      routeName(longApp, 'host.example', '/'),
      buildName({ ...anImage('a'), metadata: { name: image, uid: 'u' } }),
    ];
    for (const name of names) assert.match(name, /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
  });

  it('give an app its address by its namespace', () => {
    assert.equal(hostOf({ name: 'shop' }, 'test'), 'shop.test');
    assert.equal(hostOf({ name: 'shop', namespace: 'default' }, 'test'), 'shop.test');
    assert.equal(hostOf({ name: 'shop', namespace: 'team' }, 'test'), 'shop--team.test');
  });

  it('cut what is too long for a label, and keep it apart', () => {
    const hosts = ['x', 'y'].map((end) =>
      hostOf({ name: longApp, namespace: `${'n'.repeat(60)}${end}` }, 'test'),
    );
    assert.equal(new Set(hosts).size, 2);
    for (const host of hosts) assert.match(host, /^[a-z][-a-z0-9]{61}[a-z0-9]\.test$/);
  });
});
