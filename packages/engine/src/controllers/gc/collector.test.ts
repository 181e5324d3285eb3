import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configMaps, kind, type KubeObject, type OwnerReference } from '@fairlead/kube';
import { type ControllersWorld, openControllersWorld } from '../world.fixture.ts';

const map = (name: string, owners: readonly OwnerReference[] = []) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ownerReferences: owners },
});

async function owner(world: ControllersWorld, name: string, blocks = false): Promise<OwnerReference> {
  const { metadata } = await world.one(configMaps, name);
  return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: metadata.uid ?? '', blockOwnerDeletion: blocks };
}

const names = async (world: ControllersWorld): Promise<readonly string[]> =>
  (await world.all(configMaps)).map(({ metadata }) => metadata.name).toSorted();

const remove = (
  world: ControllersWorld,
  name: string,
  propagationPolicy: 'Foreground' | 'Background' | 'Orphan',
): Promise<unknown> =>
  world.client.resource(configMaps).delete({ namespace: 'default', name }, { propagationPolicy });

/** grandparent ← parent ← child */
async function family(world: ControllersWorld, blocks = true): Promise<void> {
  await world.declare(map('grandparent'));
  await world.declare(map('parent', [await owner(world, 'grandparent', blocks)]));
  await world.declare(map('child', [await owner(world, 'parent', blocks)]));
  await world.rest();
}

const hold = (world: ControllersWorld, name: string, finalizers: readonly string[]): Promise<unknown> =>
  world.client
    .resource(configMaps)
    .patch({ namespace: 'default', name }, { type: 'merge', body: { metadata: { finalizers } } });

describe('garbage collection', () => {
  it('in the background: the owner goes at once, its line after it', async () => {
    await using world = await openControllersWorld();
    await family(world);
    await remove(world, 'grandparent', 'Background');
    assert.ok(!(await names(world)).includes('grandparent'));
    await world.rest();
    assert.deepEqual(await names(world), []);
  });

  it('in the foreground: nobody goes before what hangs on them', async () => {
    await using world = await openControllersWorld();
    await family(world);
    await hold(world, 'child', ['example.com/hold']);
    await remove(world, 'grandparent', 'Foreground');
    await world.rest();
    assert.deepEqual(await names(world), ['child', 'grandparent', 'parent']);
    await hold(world, 'child', []);
    await world.rest();
    assert.deepEqual(await names(world), []);
  });

  it('in the foreground, what does not block is not waited for', async () => {
    await using world = await openControllersWorld();
    await family(world, false);
    await hold(world, 'parent', ['example.com/hold']);
    await remove(world, 'grandparent', 'Foreground');
    await world.rest();
    const left = await names(world);
    assert.ok(!left.includes('grandparent') && left.includes('parent'));
  });

  it('orphaning: the line stays, without its head', async () => {
    await using world = await openControllersWorld();
    await family(world);
    await remove(world, 'grandparent', 'Orphan');
    await world.rest();
    assert.deepEqual(await names(world), ['child', 'parent']);
    assert.equal((await world.one(configMaps, 'parent')).metadata.ownerReferences, undefined);
  });

  it('an object with another owner left stays, without the lost reference', async () => {
    await using world = await openControllersWorld();
    await world.declare(map('a'), map('b'));
    await world.declare(map('shared', [await owner(world, 'a'), await owner(world, 'b')]));
    await remove(world, 'a', 'Background');
    await world.rest();
    const { metadata } = await world.one(configMaps, 'shared');
    assert.deepEqual(
      metadata.ownerReferences?.map(({ name }) => name),
      ['b'],
    );
  });

  it('a wrong uid is no owner, though the name is right', async () => {
    await using world = await openControllersWorld();
    await world.declare(map('a'));
    const wrong = { ...(await owner(world, 'a')), uid: '00000000-0000-4000-8000-000000000000' };
    await world.declare(map('lost', [wrong]));
    await world.rest();
    assert.deepEqual(await names(world), ['a']);
  });

  it('reaches custom resources, as owners and as dependents', async () => {
    await using world = await openControllersWorld();
    const widgets = kind<KubeObject>({
      group: 'example.com',
      version: 'v1',
      kind: 'Widget',
      resource: 'widgets',
      namespaced: true,
    });
    await world.declare({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
      ...crd,
    });
    await world.rest();
    await world.declare({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w', namespace: 'default' },
    });
    const { metadata } = await world.one(widgets, 'w');
    const reference = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'w', uid: metadata.uid ?? '' };
    await world.declare(map('of-widget', [reference]));
    const back = { ...(await owner(world, 'of-widget')) };
    await world.declare({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'of-map', namespace: 'default', ownerReferences: [back] },
    });
    await world.rest();
    assert.equal((await world.all(widgets)).length, 2);
    await world.client.resource(widgets).delete({ namespace: 'default', name: 'w' });
    await world.rest();
    assert.deepEqual([await names(world), await world.all(widgets)], [[], []]);
  });
});

const crd = {
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};
