import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configMaps, namespaces, pods, serviceAccounts } from '@fairlead/kube';
import { behaviour } from '../kubelet.fixture.ts';
import { conditionsOf, openControllersWorld } from '../world.fixture.ts';

const team = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } };
const pod = (behaves: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'team', annotations: { [behaviour]: behaves } },
  spec: { containers: [{ name: 'app', image: 'a' }] },
});
const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', namespace: 'team' } };

describe('a namespace', () => {
  it('has a default service account, again when it was deleted', async () => {
    await using world = await openControllersWorld();
    await world.declare(team);
    await world.rest();
    const name = { namespace: 'team', name: 'default' };
    await world.client.resource(serviceAccounts).delete(name);
    await world.rest();
    assert.ok(await world.client.resource(serviceAccounts).find(name));
  });

  it('goes with everything in it', async () => {
    await using world = await openControllersWorld();
    await world.declare(team);
    await world.declare(map, pod('serve'));
    await world.rest();
    await world.client.resource(namespaces).delete({ name: 'team' });
    await world.rest();
    await world.advance(200);
    assert.equal(await world.client.resource(namespaces).find({ name: 'team' }), undefined);
    assert.deepEqual((await world.client.resource(configMaps).list({ namespace: 'team' })).items, []);
  });

  it('says what is left in it, and who holds it', async () => {
    await using world = await openControllersWorld();
    await world.declare(team);
    await world.declare({ ...map, metadata: { ...map.metadata, finalizers: ['example.com/hold'] } });
    await world.rest();
    await world.client.resource(namespaces).delete({ name: 'team' });
    await world.rest();
    const { status } = await world.client.resource(namespaces).get({ name: 'team' });
    // As a real controller manager says it.
    assert.deepEqual(
      status?.conditions?.map(({ type, message }) => `${type}: ${message}`),
      [
        'NamespaceDeletionDiscoveryFailure: All resources successfully discovered',
        'NamespaceDeletionGroupVersionParsingFailure: All legacy kube types successfully parsed',
        'NamespaceDeletionContentFailure: All content successfully deleted, may be waiting on finalization',
        'NamespaceContentRemaining: Some resources are remaining: configmaps. has 1 resource instances',
        'NamespaceFinalizersRemaining: Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
      ],
    );
  });

  it('keeps what pods use until the last pod has ended, and says what it waits for', async () => {
    await using world = await openControllersWorld();
    await world.declare(team);
    await world.declare(map, pod('linger'));
    await world.rest();
    await world.client.resource(namespaces).delete({ name: 'team' });
    await world.rest();
    assert.equal((await world.client.resource(configMaps).list({ namespace: 'team' })).items.length, 1);
    const going = await world.client.resource(namespaces).get({ name: 'team' });
    assert.equal(going.status?.phase, 'Terminating');
    assert.ok(conditionsOf(going).includes('NamespaceContentRemaining=True SomeResourcesRemain'));

    await world.client.resource(pods).delete({ namespace: 'team', name: 'p' }, { gracePeriodSeconds: 0 });
    await world.rest();
    await world.advance(200);
    assert.equal(await world.client.resource(namespaces).find({ name: 'team' }), undefined);
  });
});
