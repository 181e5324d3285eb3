import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endpointSlices, pods, services } from '@fairlead/kube';
import { type ControllersWorld, openControllersWorld } from '../world.fixture.ts';

const service = (spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'shop', namespace: 'default', labels: { team: 'a' } },
  spec: { selector: { app: 'shop' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...spec },
});

const pod = (name: string, port: number, labels: object = { app: 'shop' }) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: labels as Record<string, string> },
  spec: { containers: [{ name: 'app', image: 'shop:1', ports: [{ name: 'http', containerPort: port }] }] },
});

/** `20001: a, 20002: b (not ready)`, sorted. */
async function shown(world: ControllersWorld): Promise<string> {
  const slices = await world.all(endpointSlices);
  return slices
    .flatMap(({ ports, endpoints }) =>
      (endpoints ?? []).map(
        ({ targetRef, conditions }) =>
          `${ports?.[0]?.port}: ${targetRef?.name}${conditions?.ready === true ? '' : ' (not ready)'}`,
      ),
    )
    .toSorted()
    .join(', ');
}

describe('a Service’s EndpointSlices', () => {
  it('list its pods, each with its own port, and say whose they are', async () => {
    await using world = await openControllersWorld();
    await world.declare(service());
    await world.rest();
    assert.equal((await world.all(endpointSlices)).length, 1);
    await world.declare(pod('a', 20_001), pod('b', 20_002), pod('other', 1, { app: 'other' }));
    await world.rest();

    assert.equal(await shown(world), '20001: a, 20002: b');
    const [slice] = await world.all(endpointSlices);
    assert.deepEqual(slice?.metadata.labels, {
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': 'shop',
      team: 'a',
    });
    assert.equal(slice?.metadata.ownerReferences?.[0]?.kind, 'Service');
    assert.equal(slice?.endpoints?.[0]?.nodeName, 'one');
  });

  it('follow readiness and labels', async () => {
    await using world = await openControllersWorld();
    await world.declare(service(), pod('a', 8080), pod('b', 8080));
    await world.rest();
    const conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-01-01T00:00:00Z' }];
    await world.client
      .resource(pods)
      .status.patch({ namespace: 'default', name: 'a' }, { type: 'merge', body: { status: { conditions } } });
    await world.rest();
    assert.equal(await shown(world), '8080: a (not ready), 8080: b');

    const body = { metadata: { labels: { app: 'debug' } } };
    await world.client.resource(pods).patch({ namespace: 'default', name: 'a' }, { type: 'merge', body });
    await world.rest();
    assert.equal(await shown(world), '8080: b');
  });

  it('keep one empty slice for a Service without pods, and go with it', async () => {
    await using world = await openControllersWorld();
    await world.declare(service(), pod('a', 8080));
    await world.rest();
    await world.client.resource(pods).delete({ namespace: 'default', name: 'a' });
    await world.rest();
    const slices = await world.all(endpointSlices);
    assert.deepEqual(
      slices.map(({ endpoints }) => (endpoints ?? []).length),
      [0],
    );
    await world.client.resource(services).delete({ namespace: 'default', name: 'shop' });
    await world.rest();
    assert.deepEqual(await world.all(endpointSlices), []);
  });

  it('of a person are left alone', async () => {
    await using world = await openControllersWorld();
    const manual = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'mine', namespace: 'default', labels: { 'kubernetes.io/service-name': 'shop' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['127.0.0.1'] }],
      ports: [{ name: 'http', port: 9999 }],
    };
    await world.declare(service(), manual);
    await world.rest();
    assert.equal((await world.one(endpointSlices, 'mine')).ports?.[0]?.port, 9999);
    assert.equal((await world.all(endpointSlices)).length, 2);
  });
});
