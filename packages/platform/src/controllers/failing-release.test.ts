import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRecorder, deployments, endpointSlices, type Pod, pods } from '@fairlead/kube';
import {
  ofBuilds,
  ofRelease,
  openPlatformWorld,
  openServing,
  type PlatformWorld,
  readyCount,
} from './world.fixture.ts';

const releaseThatRuns = async (world: PlatformWorld): Promise<string | undefined> =>
  (await world.one(deployments, 'shop-web')).spec.template.metadata?.labels?.['fairlead.dev/release'];

const failureOf = async (world: PlatformWorld, version: number): Promise<string> => {
  const { status } = await world.release(version);
  const available = status?.conditions?.find(({ type }) => type === 'Available');
  return `${available?.reason} ${available?.message}`;
};

/** As a node tells of a probe that failed. */
const tellProbe = (world: PlatformWorld, pod: Pod, message: string): Promise<void> =>
  createRecorder({ client: world.client, clock: world.clock, component: 'kubelet' }).record(pod, {
    type: 'Warning',
    reason: 'Unhealthy',
    message: `Readiness probe failed: ${message}`,
  });

describe('a release that crashes at its start', () => {
  it('fails with exit code and last words, and the one before serves on', async () => {
    await using world = await openServing();
    world.logs.set('web', 'Traceback\n\u001b[31mKeyError\u001b[0m: DB\n', 'previous');
    world.pods(ofRelease(3, { kind: 'crash', exitCode: 3 }));
    await world.push({ text: 'two', commit: 'bbbbbbbbbb' });
    await world.rest();
    assert.deepEqual((await world.ledger()).slice(1), [
      'v2 deployed aaaaaaa: Succeeded',
      'v3 deployed bbbbbbb: Failed',
    ]);
    assert.equal(
      await failureOf(world, 3),
      [
        'E_RELEASE_CRASHED v3 of shop does not stay up',
        '  why    the process web ended with exit code 3; its last lines:',
        '         Traceback',
        '         KeyError: DB',
        '  solve  mend it and deploy again; see more with  fairlead logs --app shop',
      ].join('\n'),
    );
    assert.equal(await releaseThatRuns(world), '2');
    assert.equal(await world.state(), 'Degraded 1/1 v3 (v2 serves) E_RELEASE_CRASHED');
    assert.match((await world.condition('Ready')).message, /^v3 of shop does not stay up\n/);
    assert.equal((await world.condition('Available')).status, 'True');
    assert.equal(await readyCount(world), 1);
  });

  it('never leaves the app without a ready copy on the way', async () => {
    await using world = await openServing();
    const counts = new Set<number>();
    const slices = world.cache.informer(endpointSlices);
    const stop = slices.subscribe(() => {
      const all = slices.list('default').flatMap(({ endpoints }) => endpoints);
      counts.add(all.filter(({ conditions }) => conditions?.ready).length);
    });
    world.pods(ofRelease(3, { kind: 'crash', exitCode: 1 }));
    await world.push({ text: 'two' });
    await world.rest();
    stop();
    assert.deepEqual([...counts], [1]);
  });

  it('does not keep a newer one from serving, with its code mended or its configuration', async () => {
    await using world = await openServing();
    world.pods(ofRelease(3, { kind: 'crash', exitCode: 1 }));
    await world.push({ text: 'two', commit: 'bbbbbbbbbb' });
    await world.rest();
    await world.configure({ DB: 'there' }, 'shop-env-1');
    await world.rest();
    assert.deepEqual((await world.ledger()).slice(3), ['v4 added DB: Succeeded']);
    const { image } = (await world.release(4)).spec;
    assert.deepEqual(image, (await world.release(3)).spec.image, 'it is the new code that runs');
    assert.equal(await world.state(), 'Running 1/1 v4 (v4 serves) Running');
  });

  it('is tried again when somebody asks for it again, and only then', async () => {
    await using world = await openServing();
    world.pods(ofRelease(3, { kind: 'crash', exitCode: 1 }));
    await world.push({ text: 'two', commit: 'bbbbbbbbbb' });
    await world.rest();
    await world.scale('web', 2);
    await world.rest();
    assert.equal((await world.ledger()).length, 3);
    await world.push({ text: 'two', commit: 'bbbbbbbbbb' });
    await world.rest();
    assert.deepEqual((await world.ledger()).slice(3), ['v4 tried v3 again: Succeeded']);
    assert.equal(await world.state(), 'Running 2/2 v4 (v4 serves) Running');
  });

  it('leaves nothing running when it is the first', async () => {
    await using world = await openPlatformWorld();
    world.pods(ofRelease(2, { kind: 'crash', exitCode: 1 }));
    await world.create();
    await world.push({ text: 'one' });
    await world.rest();
    assert.equal(await world.state(), 'Failed 0/0 v2 E_RELEASE_CRASHED');
    assert.deepEqual(await world.all(pods), []);
    await world.push({ text: 'two', commit: 'bbbbbbbbbb' });
    await world.rest();
    assert.equal(await world.state(), 'Running 1/1 v3 (v3 serves) Running');
  });

  it('tries again what failed when its status is lost', async () => {
    await using world = await openServing();
    world.pods(ofRelease(3, { kind: 'crash', exitCode: 1 }));
    await world.push({ text: 'two' });
    await world.rest();
    const { releases } = await import('./index.ts');
    for (const { metadata } of await world.all(releases))
      await world.client.resource(releases).status.patch(metadata, { type: 'merge', body: { status: null } });
    await world.rest();
    assert.equal(await releaseThatRuns(world), '2');
    assert.equal(await world.state(), 'Degraded 1/1 v3 (v2 serves) E_RELEASE_CRASHED');
  });
});

describe('a release that does not become ready', () => {
  it('fails when its time is up, with what the probe said', async () => {
    await using world = await openServing();
    await world.change([{ op: 'add', path: '/spec/timeouts', value: { rollout: 90 } }]);
    world.logs.set('web', 'listening on 127.0.0.1:5000\n');
    world.pods(ofRelease(3, { kind: 'mute' }));
    await world.push({ text: 'two' });
    await world.rest();
    assert.equal(await world.state(), 'Deploying 1/1 v3 (v2 serves) RollingOut');
    for (const pod of await world.all(pods)) await tellProbe(world, pod, 'connection refused');
    await world.advance(85_000);
    assert.equal(await world.state(), 'Deploying 1/1 v3 (v2 serves) RollingOut');
    await world.advance(10_000);
    assert.equal(await world.state(), 'Degraded 1/1 v3 (v2 serves) E_RELEASE_NOT_LISTENING');
    const why = await failureOf(world, 3);
    assert.match(
      why,
      /web became ready within 90 seconds; the last probe said: Readiness probe failed: connection refused/,
    );
    assert.match(why, /listening on 127.0.0.1:5000/);
    assert.equal(await releaseThatRuns(world), '2');
  });

  it('does not take the verdict on the one before for its own', async () => {
    await using world = await openServing();
    world.pods(ofRelease(3, { kind: 'mute' }));
    await world.push({ text: 'two' });
    await world.rest();
    await world.advance(62_000);
    assert.equal((await world.release(3)).status?.phase, 'Failed');
    world.pods(ofRelease(4, { kind: 'mute' }));
    await world.push({ text: 'three' });
    await world.rest();
    assert.equal((await world.release(4)).status?.phase, 'Deploying');
    await world.advance(30_000);
    world.pods(() => undefined);
    await world.rest();
    assert.equal(await world.state(), 'Running 1/1 v4 (v4 serves) Running');
  });

  it('is overtaken by a newer one, and stays so when that one fails', async () => {
    await using world = await openServing();
    world.pods(ofRelease(3, { kind: 'mute' }));
    await world.push({ text: 'two' });
    await world.rest();
    world.pods(
      (pod) => ofRelease(3, { kind: 'mute' })(pod) ?? ofRelease(4, { kind: 'crash', exitCode: 1 })(pod),
    );
    await world.push({ text: 'three' });
    await world.rest();
    const phases = (await world.ledger()).map((line) => line.split(': ')[1]);
    assert.deepEqual(phases, ['Succeeded', 'Succeeded', 'Superseded', 'Failed']);
    assert.equal(await releaseThatRuns(world), '2');
    assert.equal(await readyCount(world), 1);
  });

  it('fails while the next one is built, which is then released all the same', async () => {
    await using world = await openServing();
    world.pods(ofRelease(3, { kind: 'mute' }));
    await world.push({ text: 'two' });
    await world.rest();
    await world.push({ text: 'three', by: 'job' });
    await world.advance(62_000);
    assert.equal((await world.release(3)).status?.phase, 'Failed');
    assert.equal(await world.state(), 'Building 1/1 v3 (v2 serves) SourceMoved');
    assert.equal(await releaseThatRuns(world), '2');
    const { images } = await import('./index.ts');
    for (const image of await world.all(images)) world.workshop.push(image);
    world.pods(ofBuilds({ kind: 'finish' }));
    await world.rest();
    assert.equal(await world.state(), 'Running 1/1 v4 (v4 serves) Running');
  });
});

describe('a release that the node cannot start', () => {
  it('fails at once when nothing will help', async () => {
    await using world = await openServing();
    world.pods(ofRelease(3, { kind: 'refuse', reason: 'InvalidImageName', message: 'no such name' }));
    await world.change([{ op: 'add', path: '/spec/source', value: { image: 'NOT A NAME' } }]);
    await world.rest();
    assert.equal(await world.state(), 'Degraded 1/1 v3 (v2 serves) E_RELEASE_STALLED');
    assert.match(await failureOf(world, 3), /does not start: InvalidImageName: no such name/);
  });

  it('is waited for while what it lacks may still come', async () => {
    await using world = await openServing();
    const missing = { kind: 'refuse', reason: 'CreateContainerConfigError', message: 'secret "s" not found' };
    world.pods(ofRelease(3, missing as { kind: 'refuse'; reason: string; message: string }));
    const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'A' } } }];
    await world.change([{ op: 'add', path: '/spec/env', value: env }]);
    await world.rest();
    assert.equal(await world.state(), 'Deploying 1/1 v3 (v2 serves) RollingOut');
    await world.advance(30_000);
    world.pods(() => undefined);
    await world.rest();
    assert.equal(await world.state(), 'Running 1/1 v3 (v3 serves) Running');

    world.pods(ofRelease(4, missing as { kind: 'refuse'; reason: string; message: string }));
    await world.change([{ op: 'replace', path: '/spec/env/0/valueFrom/secretKeyRef/name', value: 't' }]);
    await world.rest();
    await world.advance(62_000);
    assert.equal(await world.state(), 'Degraded 1/1 v4 (v3 serves) E_RELEASE_STALLED');
    assert.match(await failureOf(world, 4), /CreateContainerConfigError: secret "s" not found/);
  });
});
