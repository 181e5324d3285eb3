import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startEngine } from '@fairlead/engine';
import { namespaces, resourceQuotas } from '@fairlead/kube';
import { openWorld, simulatedClock } from '@fairlead/kube/testing';
import { openCluster } from '../cluster.fixture.ts';
import { namespaceQuota } from './operator.ts';

it('a namespace has the quota that its label asks for, and has it back when it is taken away', async () => {
  const clock = simulatedClock();
  await using engine = await startEngine({ clock, freeze: true });
  await using world = openWorld({ transport: engine.transport(), clock, ...namespaceQuota });
  const shop = (pods: string) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', labels: { 'pods-at-most': pods } },
  });
  const name = { namespace: 'shop', name: 'pods-at-most' };
  const hard = async () => (await world.client.resource(resourceQuotas).get(name)).spec?.hard;

  await world.declare(shop('10'));
  await world.rest();
  assert.deepEqual(await hard(), { pods: '10' });

  await world.declare(shop('20'));
  await world.rest();
  assert.deepEqual(await hard(), { pods: '20' });

  await world.client.resource(resourceQuotas).delete(name);
  await world.rest();
  assert.deepEqual(await hard(), { pods: '20' });
});

it('its service account may do what it does', async (t) => {
  const { admin, namespace, start, until } = await openCluster(t, import.meta.dirname);
  await start(namespaceQuota);
  const body = { metadata: { labels: { 'pods-at-most': '3' } } };
  await admin.resource(namespaces).patch({ name: namespace }, { type: 'merge', body });
  await until(resourceQuotas, (all) => all.some(({ metadata }) => metadata.namespace === namespace));
});
