import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endpointSlices } from '@fairlead/kube';
import { type ControllersWorld, openControllersWorld } from '../world.fixture.ts';

const service = (spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'shop', namespace: 'default', labels: { team: 'a' } },
  spec: { selector: { app: 'shop' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
});

const byHand = (addresses: readonly string[], metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 'shop', namespace: 'default', ...metadata },
  subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ port: 8080 }] }],
});

describe('Endpoints that somebody writes for a Service without a selector', () => {
  const bare = { ...service(), spec: { ports: [{ port: 80 }] } };
  const mirrored = async (world: ControllersWorld): Promise<readonly string[]> =>
    (await world.all(endpointSlices))
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'shop')
      .flatMap(({ addressType, endpoints: places }) =>
        (places ?? []).flatMap(({ addresses }) => addresses.map((address) => `${addressType} ${address}`)),
      )
      .toSorted();

  it('are shown as slices, one for each family, and follow', async () => {
    await using world = await openControllersWorld();
    await world.declare(byHand(['10.1.1.1', '10.1.1.2', 'fd00::1'], { labels: { by: 'hand' } }), bare);
    await world.rest();
    assert.deepEqual(await mirrored(world), ['IPv4 10.1.1.1', 'IPv4 10.1.1.2', 'IPv6 fd00::1']);
    const [slice] = (await world.all(endpointSlices)).filter(
      ({ metadata }) => metadata.labels?.by === 'hand',
    );
    assert.equal(
      slice?.metadata.labels?.['endpointslice.kubernetes.io/managed-by'],
      'endpointslicemirroring-controller.k8s.io',
    );
    assert.equal(slice?.metadata.ownerReferences?.[0]?.kind, 'Endpoints');

    await world.declare(byHand(['10.1.1.3'], { labels: { by: 'hand' } }));
    await world.rest();
    assert.deepEqual(await mirrored(world), ['IPv4 10.1.1.3']);
  });

  it('are not shown when they say so, nor when the Service gets a selector', async () => {
    await using world = await openControllersWorld();
    const skip = { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } };
    await world.declare(bare, byHand(['10.1.1.1'], skip));
    await world.rest();
    assert.deepEqual(await mirrored(world), []);
    await world.declare(
      byHand(['10.1.1.1'], { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'false' } }),
    );
    await world.rest();
    assert.deepEqual(await mirrored(world), ['IPv4 10.1.1.1']);
    await world.declare(service());
    await world.rest();
    assert.deepEqual(await mirrored(world), []);
  });
});
