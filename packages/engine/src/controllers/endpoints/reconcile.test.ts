import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EndpointAddress, endpoints, pods, services } from '@fairlead/kube';
import { behaviour } from '../kubelet.fixture.ts';
import { type ControllersWorld, openControllersWorld } from '../world.fixture.ts';
import { entriesOf, isOverCapacity, packSubsets, truncate } from './subsets.ts';

const service = (spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'shop', namespace: 'default', labels: { team: 'a' } },
  spec: { selector: { app: 'shop' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
});

const pod = (name: string, behaves = 'serve') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { app: 'shop' }, annotations: { [behaviour]: behaves } },
  spec: { containers: [{ name: 'app', image: 'shop:1' }] },
});

const by = (subsets: readonly EndpointAddress[] | undefined): readonly string[] =>
  (subsets ?? []).map(({ targetRef }) => targetRef?.name ?? '').toSorted();

async function shown(world: ControllersWorld) {
  const { subsets = [] } = await world.one(endpoints, 'shop');
  return subsets.map(({ addresses, notReadyAddresses, ports }) => ({
    ready: by(addresses),
    unready: by(notReadyAddresses),
    ports: (ports ?? []).map(({ name, port }) => `${name} ${port}`),
  }));
}

describe('the Endpoints of a Service', () => {
  it('list its pods, and say which are ready', async () => {
    await using world = await openControllersWorld();
    await world.declare(service(), pod('a'), pod('b'), pod('c', 'never-ready'));
    await world.rest();
    assert.deepEqual(await shown(world), [{ ready: ['a', 'b'], unready: ['c'], ports: ['http 8080'] }]);
    const { metadata, subsets } = await world.one(endpoints, 'shop');
    assert.deepEqual(metadata.labels, {
      team: 'a',
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    });
    assert.equal(subsets?.[0]?.addresses?.[0]?.nodeName, 'one');

    await world.client.resource(pods).delete({ namespace: 'default', name: 'a' });
    await world.rest();
    assert.deepEqual((await shown(world))[0]?.ready, ['b']);
  });

  it('are there without pods, and go with the Service', async () => {
    await using world = await openControllersWorld();
    await world.declare(service());
    await world.rest();
    assert.equal((await world.one(endpoints, 'shop')).subsets, undefined);
    await world.client.resource(services).delete({ namespace: 'default', name: 'shop' });
    await world.rest();
    assert.equal((await world.all(endpoints)).filter(({ metadata }) => metadata.name === 'shop').length, 0);
  });

  it('stay when somebody wrote them for no Service at all', async () => {
    await using world = await openControllersWorld();
    const byHand = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'database', namespace: 'default' },
      subsets: [{ addresses: [{ ip: '10.0.0.24' }], ports: [{ port: 5432 }] }],
    };
    await world.declare(byHand);
    await world.rest();
    assert.deepEqual((await world.one(endpoints, 'database')).subsets?.length, 1);
  });

  it('come back when somebody deletes or changes them', async () => {
    await using world = await openControllersWorld();
    await world.declare(service(), pod('a'));
    await world.rest();
    await world.client.resource(endpoints).delete({ namespace: 'default', name: 'shop' });
    await world.rest();
    assert.deepEqual((await shown(world))[0]?.ready, ['a']);
    const body = { subsets: [] };
    await world.client
      .resource(endpoints)
      .patch({ namespace: 'default', name: 'shop' }, { type: 'merge', body });
    await world.rest();
    assert.deepEqual((await shown(world))[0]?.ready, ['a']);
  });
});

describe('subsets', () => {
  const place = (ip: string): EndpointAddress => ({ ip });
  const [web, api] = [
    { name: 'web', port: 80 },
    { name: 'api', port: 90 },
  ];

  it('stand together when the same addresses are behind several ports', () => {
    const apart = [
      { addresses: [place('10.0.0.2'), place('10.0.0.1')], ports: [web] },
      { addresses: [place('10.0.0.1'), place('10.0.0.2')], ports: [api] },
      { addresses: [place('10.0.0.3')], ports: [api] },
    ];
    assert.deepEqual(packSubsets(entriesOf(apart.slice(0, 2))), [
      { addresses: [place('10.0.0.1'), place('10.0.0.2')], ports: [api, web] },
    ]);
    assert.equal(packSubsets(entriesOf(apart)).length, 2);
  });

  it('say that an address is not ready when one of them does', () => {
    const twice = [
      { addresses: [place('10.0.0.1')], ports: [web] },
      { notReadyAddresses: [place('10.0.0.1')], ports: [web] },
    ];
    assert.deepEqual(packSubsets(entriesOf(twice)), [
      { notReadyAddresses: [place('10.0.0.1')], ports: [web] },
    ]);
  });

  it('hold a thousand addresses at most, those that are ready first', () => {
    const many = (count: number): EndpointAddress[] =>
      Array.from({ length: count }, (_, n) => place(`10.0.${n >> 8}.${n & 255}`));
    const subsets = [
      { addresses: many(600), notReadyAddresses: many(300) },
      { addresses: many(200), notReadyAddresses: many(100) },
    ];
    assert.ok(isOverCapacity(subsets));
    assert.deepEqual(
      truncate(subsets).map((one) => [one.addresses?.length, one.notReadyAddresses?.length]),
      [
        [600, 150],
        [200, 50],
      ],
    );
  });
});
