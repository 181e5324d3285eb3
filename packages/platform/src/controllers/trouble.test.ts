import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labels } from '@fairlead/api';
import { httpRoutes, type Pod, pods } from '@fairlead/kube';
import { apps } from './index.ts';
import type { Fate } from './kubelet.fixture.ts';
import { openPlatformWorld, openServing } from './world.fixture.ts';

/** The fate of every copy but the first so many, by age. */
const afterFirst = (count: number, fate: Fate) => {
  const first = new Set<string>();
  return ({ metadata }: Pod): Fate | undefined => {
    if (metadata.labels?.[labels.process] === undefined) return undefined;
    if (first.size < count) first.add(metadata.name);
    return first.has(metadata.name) ? undefined : fate;
  };
};

describe('copies that do not come up', () => {
  it('are waited for, then reported with what is wrong with them', async () => {
    await using world = await openServing('shop');
    world.pods(afterFirst(1, { kind: 'mute' }));
    await world.rest();
    await world.scale('web', 3);
    await world.rest();
    assert.equal(await world.state(), 'Deploying 1/3 v2 (v2 serves) Scaling');
    assert.equal((await world.condition('Ready')).message, 'web: 1 ready, 3 wanted');
    await world.advance(61_000);
    assert.equal(await world.state(), 'Degraded 1/3 v2 (v2 serves) E_COPIES_NOT_READY');
    assert.match(
      (await world.condition('Ready')).message,
      /^1 of 3 copies of shop are ready\n  why    shop-web-\S+ runs but does not answer/,
    );
    world.pods(() => undefined);
    await world.rest();
    assert.equal(await world.state(), 'Running 3/3 v2 (v2 serves) Running');
  });

  it('are reported at once when they crash', async () => {
    await using world = await openServing('shop');
    world.pods(() => ({ kind: 'crash', exitCode: 137 }));
    await world.rest();
    assert.equal(await world.state(), 'Degraded 0/1 v2 (v2 serves) E_COPIES_NOT_READY');
    assert.match((await world.condition('Ready')).message, /shop-web-\S+ ended with exit code 137/);
    assert.deepEqual(await world.condition('Available'), {
      status: 'False',
      reason: 'NoCopyReady',
      message: '0 of 1 copies are ready',
    });
    assert.deepEqual((await world.ledger()).at(-1), 'v2 deployed aaaaaaa: Succeeded');
  });

  it('are made anew when they are deleted', async () => {
    await using world = await openServing('shop');
    for (const { metadata } of await world.all(pods)) await world.client.resource(pods).delete(metadata);
    await world.rest();
    assert.equal(await world.state(), 'Running 1/1 v2 (v2 serves) Running');
  });
});

describe('what Kubernetes does not take', () => {
  const badResources = { web: { resources: { limits: { cpu: 'plenty' } } } };

  it('is told, and leaves what runs as it is', async () => {
    await using world = await openServing('shop');
    await world.change([{ op: 'add', path: '/spec/processes', value: badResources }]);
    await world.rest();
    assert.equal(await world.state(), 'Degraded 1/1 v2 (v2 serves) E_RELEASE_REFUSED');
    assert.match((await world.condition('Ready')).message, /plenty|quantities/);
    await world.change([{ op: 'remove', path: '/spec/processes' }]);
    await world.rest();
    assert.equal(await world.state(), 'Running 1/1 v2 (v2 serves) Running');
  });

  it('holds a release up until it is mended', async () => {
    await using world = await openPlatformWorld();
    await world.create('shop', { processes: badResources });
    await world.push({ text: 'one' });
    await world.rest();
    assert.equal(await world.state(), 'Failed 0/0 v2 E_RELEASE_REFUSED');
    await world.change([{ op: 'remove', path: '/spec/processes' }]);
    await world.rest();
    assert.equal(await world.state(), 'Running 1/1 v2 (v2 serves) Running');
  });
});

describe('a host', () => {
  const routes = [{ op: 'add', path: '/spec/routes', value: [{ host: 'shop.example' }] }] as const;

  it('belongs to who had it first, and to the next when it is given up', async () => {
    await using world = await openServing('shop', 'rival');
    await world.change(routes, 'shop');
    await world.rest();
    await world.advance(1000);
    await world.change(routes, 'rival');
    await world.rest();
    assert.deepEqual(await world.condition('Routed', 'rival'), {
      status: 'False',
      reason: 'HostTaken',
      message: 'shop.example belongs to default/shop',
    });
    assert.equal((await world.condition('Routed', 'shop')).status, 'True');
    const hosts = (await world.all(httpRoutes)).flatMap(({ spec }) => spec.hostnames ?? []).sort();
    assert.deepEqual(hosts, ['rival.test', 'shop.example', 'shop.test']);

    await world.change([{ op: 'remove', path: '/spec/routes' }], 'shop');
    await world.rest();
    assert.equal((await world.condition('Routed', 'rival')).status, 'True');
    const after = (await world.all(httpRoutes)).flatMap(({ spec }) => spec.hostnames ?? []).sort();
    assert.deepEqual(after, hosts);
  });

  it('goes to one of two that ask in the same second', async () => {
    await using world = await openServing('shop', 'rival');
    await Promise.all([world.change(routes, 'shop'), world.change(routes, 'rival')]);
    await world.rest();
    const routed = await Promise.all(['shop', 'rival'].map((name) => world.condition('Routed', name)));
    assert.deepEqual(routed.map(({ status }) => status).sort(), ['False', 'True']);
  });

  it('is free again when its owner is destroyed', async () => {
    await using world = await openServing('shop', 'rival');
    await world.change(routes, 'shop');
    await world.rest();
    await world.advance(1000);
    await world.change(routes, 'rival');
    await world.rest();
    await world.client.resource(apps).delete({ namespace: 'default', name: 'shop' });
    await world.rest();
    assert.equal((await world.condition('Routed', 'rival')).status, 'True');
  });
});
