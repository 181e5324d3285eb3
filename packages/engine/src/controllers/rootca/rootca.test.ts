import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMaps, type KubeObject, namespaces } from '@fairlead/kube';
import { openWorld, seededRandom, simulatedClock } from '@fairlead/kube/testing';
import { startEngine } from '../../engine.ts';
import { recorders } from '../index.ts';
import { startRootCaPublisher } from './controller.ts';

test('Every namespace has the certificate of the server, whatever becomes of it', async () => {
  const clock = simulatedClock();
  await using engine = await startEngine({ clock, random: seededRandom(7), freeze: true });
  await using world = openWorld({
    transport: engine.transport(),
    clock,
    controllers: ({ cache }) => [startRootCaPublisher({ cache, recorder: recorders(cache) }, 'CERTIFICATE')],
  });
  const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  await world.declare(namespace);
  await world.rest();
  const name = { namespace: 'shop', name: 'kube-root-ca.crt' };
  const maps = world.client.resource(configMaps);
  const there = async () => (await maps.get(name)).data;
  assert.deepEqual(await there(), { 'ca.crt': 'CERTIFICATE' });
  await maps.patch(name, { type: 'merge', body: { data: { 'ca.crt': 'OTHER' } } });
  await world.rest();
  assert.deepEqual(await there(), { 'ca.crt': 'CERTIFICATE' });
  await maps.delete(name);
  await world.rest();
  assert.deepEqual(await there(), { 'ca.crt': 'CERTIFICATE' });
  assert.ok(await world.client.resource(namespaces).get({ name: 'shop' }));
});
