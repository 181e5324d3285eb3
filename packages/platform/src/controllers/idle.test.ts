import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeRequest, Transport } from '@fairlead/kube';
import { ofBuilds, ofRelease, openPlatformWorld, openServing, type PlatformWorld } from './world.fixture.ts';

const hour = 3_600_000;

/** The versions of everything that the platform has a hand in; leases and events live their own life. */
const versions = async (world: PlatformWorld): Promise<string[]> => {
  const all = world.cache.informers().flatMap((informer) => informer.list());
  const unique = new Set(
    all.map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.resourceVersion}`),
  );
  return [...unique].sort();
};

const crashing = ofRelease(3, { kind: 'crash', exitCode: 1 });
const badResources = { web: { resources: { limits: { cpu: 'plenty' } } } };

/** States in which an app may stay for long. */
const states: readonly [says: string, reach: (world: PlatformWorld) => Promise<void>][] = [
  ['runs', async () => {}],
  ['is stopped', (world) => world.scale('web', 0)],
  [
    'has a failed release',
    async (world) => {
      world.pods(crashing);
      await world.push({ text: 'two' });
    },
  ],
  [
    'has a failed build',
    async (world) => {
      world.pods(ofBuilds({ kind: 'step', at: 'fetch', exitCode: 1 }));
      await world.push({ text: 'two', by: 'job' });
    },
  ],
  ['has no ready copy', async (world) => world.pods(() => ({ kind: 'crash', exitCode: 1 }))],
  ['is refused', (world) => world.change([{ op: 'add', path: '/spec/processes', value: badResources }])],
  [
    'has lost its host',
    async (world) => {
      const routes = [{ op: 'add', path: '/spec/routes', value: [{ host: 'taken.example' }] }] as const;
      await world.create('rival');
      await world.push({ text: 'rival', app: 'rival' });
      await world.change(routes, 'rival');
      await world.rest();
      await world.advance(1000);
      await world.change(routes);
    },
  ],
];

describe('an app at rest', () => {
  for (const [says, reach] of states)
    it(`is not written to as time goes by while it ${says}`, async () => {
      await using world = await openServing();
      await reach(world);
      await world.rest();
      await world.advance(hour);
      const before = await versions(world);
      for (let i = 0; i < 3; i += 1) await world.advance(hour);
      assert.deepEqual(await versions(world), before);
    });

  it('is not even looked at', async () => {
    await using world = await openServing();
    const before = world.passes();
    // What `rest` adds is one pass over everything.
    await world.advance(hour);
    await world.advance(hour);
    const after = world.passes();
    assert.deepEqual(after, {
      app: Number(before['app']) + 2,
      image: Number(before['image']) + 2,
      release: Number(before['release']) + 2,
    });
  });
});

/** Requests of the controllers that were meant to write, by their path. */
const counting = () => {
  const writes: string[] = [];
  const line =
    (transport: Transport): Transport =>
    (request: KubeRequest) => {
      if (request.method !== 'GET') writes.push(request.path);
      return transport(request);
    };
  return { line, of: (part: string) => writes.filter((path) => path.includes(part)).length };
};

describe('a deploy', () => {
  it('takes few passes and few writes, however many copies there are', async () => {
    const count = counting();
    await using world = await openPlatformWorld({ line: count.line });
    await world.create();
    await world.push({ text: 'one' });
    await world.scale('web', 20);
    await world.rest();
    const before = world.passes();
    const statuses = count.of('/apps/shop/status');
    await world.push({ text: 'two' });
    await world.rest();
    const { app = 0, image = 0, release = 0 } = world.passes();
    assert.ok(app - Number(before['app']) <= 20, `${app} passes over the app`);
    assert.ok(image - Number(before['image']) <= 8, `${image} passes over the image`);
    assert.ok(release - Number(before['release']) <= 20, `${release} passes over the releases`);
    assert.ok(count.of('/apps/shop/status') - statuses <= 10, 'writes of the status');
  });
});
