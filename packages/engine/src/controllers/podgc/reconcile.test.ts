import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodes, pods } from '@fairlead/kube';
import { behaviour } from '../kubelet.fixture.ts';
import { openControllersWorld } from '../world.fixture.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default', annotations: { [behaviour]: 'linger' } },
  spec: { containers: [{ name: 'app', image: 'a' }] },
};

describe('left-over pods', () => {
  it('go when their node has been missing for a while', async () => {
    await using world = await openControllersWorld();
    await world.declare(pod);
    await world.rest();
    await world.client.resource(nodes).delete({ name: 'one' });
    await world.rest();
    await world.advance(39_000);
    assert.equal((await world.all(pods)).length, 1);
    await world.advance(2000);
    assert.deepEqual(await world.all(pods), []);
  });

  it('stay when their node comes back in time', async () => {
    await using world = await openControllersWorld();
    await world.declare(pod);
    await world.rest();
    await world.client.resource(nodes).delete({ name: 'one' });
    await world.advance(30_000);
    await world.declare({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'one' } });
    await world.advance(60_000);
    assert.equal((await world.all(pods)).length, 1);
  });
});
