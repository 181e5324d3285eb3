import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { annotations } from '@fairlead/api';
import { deployments } from '@fairlead/kube';
import { apps } from './index.ts';
import { openServing } from './world.fixture.ts';

describe('the ledger of an app', () => {
  it('makes a release of every change of its configuration, and says what changed', async () => {
    await using world = await openServing();
    await world.configure({ A: '1', B: '2' }, 'shop-env-1');
    await world.rest();
    await world.configure({ A: '1', B: '3' }, 'shop-env-2');
    await world.rest();
    await world.configure({ B: '3', C: '4' }, 'shop-env-3');
    await world.rest();
    assert.deepEqual((await world.ledger()).slice(2), [
      'v3 added A, B: Succeeded',
      'v4 changed B: Succeeded',
      'v5 added C, removed A: Succeeded',
    ]);
    const [container] = (await world.one(deployments, 'shop-web')).spec.template.spec.containers;
    const names = container?.env?.map(({ name, valueFrom }) => [name, valueFrom?.secretKeyRef?.name]);
    assert.deepEqual(names, [
      ['PORT', undefined],
      ['B', 'shop-env-3'],
      ['C', 'shop-env-3'],
    ]);
    assert.deepEqual(world.workshop.calls, ['plan', 'compose'], 'configuration builds nothing');
  });

  it('takes the same values in another Secret for the same configuration', async () => {
    await using world = await openServing();
    await world.configure({ A: '1' }, 'shop-env-1');
    await world.rest();
    await world.configure({ A: '1' }, 'shop-env-2');
    await world.rest();
    assert.equal((await world.ledger()).length, 3);
    assert.equal(await world.state(), 'Running 1/1 v3 (v3 serves) Running');
  });

  it('compares what is in the Secrets of others, too', async () => {
    await using world = await openServing();
    const refer = (name: string) => [
      {
        op: 'add' as const,
        path: '/spec/env',
        value: [{ name: 'A', valueFrom: { secretKeyRef: { name, key: 'A' } } }],
      },
    ];
    for (const [name, value] of Object.entries({ one: '1', same: '1', other: '2' }))
      await world.declare({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name },
        stringData: { A: value },
      } as never);
    for (const name of ['one', 'same', 'other']) {
      await world.change(refer(name));
      await world.rest();
    }
    assert.deepEqual((await world.ledger()).slice(2), ['v3 added A: Succeeded', 'v4 changed A: Succeeded']);
  });

  it('makes no release when nothing changed', async () => {
    await using world = await openServing();
    const before = await world.app();
    await world.push({ text: 'one of shop', commit: 'aaaaaaaaaa' });
    await world.rest();
    assert.equal((await world.ledger()).length, 2);
    const { metadata, status } = await world.app();
    assert.notEqual(metadata.generation, before.metadata.generation);
    assert.equal(status?.observedGeneration, metadata.generation, 'and says that it has seen it');
  });

  it('goes back to image and configuration of a release, as a new one that is not built', async () => {
    await using world = await openServing();
    const first = (await world.release(2)).spec.image;
    await world.configure({ A: '1' }, 'shop-env-1');
    await world.rest();
    await world.push({ text: 'two', commit: 'bbbbbbbbbbbb' });
    await world.rest();
    assert.deepEqual((await world.ledger()).slice(2), [
      'v3 added A: Succeeded',
      'v4 deployed bbbbbbb: Succeeded',
    ]);
    const calls = world.workshop.calls.length;

    await world.rollback(2);
    await world.rest();
    assert.deepEqual((await world.ledger()).slice(4), ['v5 rolled back to v2: Succeeded']);
    const { image, env } = (await world.release(5)).spec;
    assert.deepEqual(image, first);
    assert.equal(env, undefined);
    assert.deepEqual(world.workshop.calls.slice(calls), [], 'nothing is planned or built');

    // What comes after the rollback is told as what it is, even when it leads to an old state again.
    await world.configure({ A: '1' }, 'shop-env-2');
    await world.rest();
    await world.change([{ op: 'remove', path: '/spec/env' }]);
    await world.rest();
    assert.deepEqual((await world.ledger()).slice(5), ['v6 added A: Succeeded', 'v7 removed A: Succeeded']);
  });

  it('goes back twice to the same release', async () => {
    await using world = await openServing();
    for (const text of ['two', 'three']) {
      await world.push({ text, commit: text.padEnd(9, 'x') });
      await world.rest();
      await world.rollback(2);
      await world.rest();
    }
    assert.deepEqual((await world.ledger()).slice(2), [
      'v3 deployed twoxxxx: Succeeded',
      'v4 rolled back to v2: Succeeded',
      'v5 deployed threexx: Succeeded',
      'v6 rolled back to v2: Succeeded',
    ]);
  });

  it('says who changed it: who signed the change, else the manager of the fields', async () => {
    await using world = await openServing();
    await world.advance(1000);
    const spec = { env: [{ name: 'A', value: '1' }] };
    await world.client.resource(apps).apply(
      {
        apiVersion: 'fairlead.dev/v1alpha1',
        kind: 'App',
        metadata: { name: 'shop', namespace: 'default' },
        spec,
      },
      { fieldManager: 'kubectl' },
    );
    await world.rest();
    await world.advance(1000);
    const mark = annotations.changedBy.replaceAll('/', '~1');
    await world.change([
      { op: 'add', path: `/metadata/annotations/${mark}`, value: 'grace' },
      { op: 'add', path: '/spec/env', value: [] },
    ]);
    await world.rest();
    const by = await Promise.all(
      [2, 3, 4].map(async (version) => (await world.release(version)).spec.changedBy),
    );
    assert.deepEqual(by, ['ada', 'kubectl', 'grace']);
  });
});
