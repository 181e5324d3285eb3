import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FairleadError, type Image } from '@fairlead/api';
import { jobs, secrets } from '@fairlead/kube';
import { apps, images } from './index.ts';
import { ofBuilds, openPlatformWorld, openServing, type PlatformWorld } from './world.fixture.ts';

const noRuntime = new FairleadError('E_BUILD_NO_RUNTIME', { app: 'shop', files: 'requirements.txt' });
const noTool = new FairleadError('E_BUILD_TOOL_MISSING', {
  app: 'shop',
  tool: 'pip',
  install: 'apt install python3-pip',
});

/** An app whose first source is being built in a Job. */
const building = async (): Promise<PlatformWorld> => {
  const world = await openPlatformWorld();
  await world.create();
  await world.push({ text: 'one', by: 'job' });
  await world.rest();
  return world;
};

const theImage = async (world: PlatformWorld): Promise<Image> => {
  const all = await world.all(images);
  assert.equal(all.length, 1);
  return all[0] as Image;
};

const built = async (world: PlatformWorld): Promise<string> => {
  const condition = (await theImage(world)).status?.conditions?.[0];
  return `${condition?.status} ${condition?.reason} ${condition?.message}`;
};

describe('a source that cannot be built', () => {
  it('fails an app that has nothing else, and leaves another on its newest release', async () => {
    await using world = await openPlatformWorld();
    await world.create();
    await world.push({ text: 'none', refused: noRuntime });
    await world.rest();
    assert.equal(await world.state(), 'Failed 0/0 v1 E_BUILD_NO_RUNTIME');
    assert.equal((await world.condition('Built')).reason, 'E_BUILD_NO_RUNTIME');
    await world.push({ text: 'one' });
    await world.rest();
    await world.push({ text: 'none', refused: noRuntime });
    await world.rest();
    assert.equal(await world.state(), 'Degraded 1/1 v2 (v2 serves) E_BUILD_NO_RUNTIME');
    assert.equal((await world.release(2)).status?.phase, 'Succeeded');
  });

  it('does not hold up a change of the configuration', async () => {
    await using world = await openServing();
    await world.push({ text: 'none', refused: noRuntime });
    await world.rest();
    await world.configure({ A: '1' }, 'shop-env-1');
    await world.rest();
    assert.deepEqual((await world.ledger()).slice(2), ['v3 added A: Succeeded']);
    assert.deepEqual((await world.release(3)).spec.image, (await world.release(2)).spec.image);
    assert.equal(await world.state(), 'Degraded 1/1 v3 (v3 serves) E_BUILD_NO_RUNTIME');
  });

  it('is left by a rollback', async () => {
    await using world = await openServing();
    await world.configure({ A: '1' }, 'shop-env-1');
    await world.rest();
    await world.push({ text: 'none', refused: noRuntime });
    await world.rest();
    await world.rollback(2);
    await world.rest();
    assert.deepEqual((await world.ledger()).slice(3), ['v4 rolled back to v2: Succeeded']);
    assert.equal(await world.state(), 'Running 1/1 v4 (v4 serves) Running');
  });

  it('is looked at again when there is another runtime', async () => {
    await using world = await openPlatformWorld();
    await world.create();
    await world.push({ text: 'late', refused: noRuntime });
    await world.rest();
    world.workshop.source({ text: 'late' });
    await world.declare({
      apiVersion: 'fairlead.dev/v1alpha1',
      kind: 'Runtime',
      metadata: { name: 'other' },
      spec: { detect: { files: ['x'] } },
    } as never);
    await world.rest();
    assert.equal(await world.state(), 'Running 1/1 v2 (v2 serves) Running');
  });

  it('is refused when it is too large to be inline', async () => {
    await using world = await openServing();
    const files = ['a', 'b'].map((path) => ({ path, content: 'x'.repeat(100_001) }));
    await world.change([{ op: 'add', path: '/spec/source', value: { files } }]);
    await world.rest();
    assert.equal(await world.state(), 'Degraded 1/1 v2 (v2 serves) E_SOURCE_TOO_LARGE');
    assert.match(
      (await world.condition('Built')).message,
      /200002 bytes; 200000 are allowed as inline files/,
    );
    assert.ok(!world.workshop.calls.includes('store'));
  });
});

describe('a build that fails', () => {
  it('says which step failed and what it printed, and is tried again for another push of the same', async () => {
    await using world = await building();
    world.logs.set('dependencies', 'Collecting flask\nERROR: no such package\n');
    world.pods(ofBuilds({ kind: 'step', at: 'dependencies', exitCode: 1 }));
    await world.rest();
    assert.equal(
      await built(world),
      [
        'False E_BUILD_FAILED shop could not be built',
        '  why    the step dependencies ended with exit code 1:',
        '         Collecting flask',
        '         ERROR: no such package',
        '  solve  mend what the log shows and push again; the last good release keeps serving',
      ].join('\n'),
    );
    assert.equal(await world.state(), 'Failed 0/0 v1 E_BUILD_FAILED');
    const failed = await theImage(world);
    assert.equal((await world.all(jobs)).length, 1);

    world.pods(ofBuilds({ kind: 'finish' }));
    world.workshop.push(failed);
    await world.push({ text: 'one', by: 'job' });
    await world.rest();
    const again = await theImage(world);
    assert.equal(again.metadata.name, failed.metadata.name);
    assert.notEqual(again.metadata.uid, failed.metadata.uid);
    assert.equal(await world.state(), 'Running 1/1 v2 (v2 serves) Running');
  });

  it('is built by a Job of its own when it is tried again', async () => {
    await using world = await building();
    world.pods(ofBuilds({ kind: 'step', at: 'dependencies', exitCode: 1 }));
    await world.rest();
    const [first] = await world.all(jobs);
    world.pods(ofBuilds({ kind: 'step', at: 'dependencies' }));
    await world.push({ text: 'one', by: 'job' });
    await world.rest();
    const [second, ...more] = await world.all(jobs);
    assert.deepEqual(more, []);
    assert.notEqual(second?.metadata.name, first?.metadata.name);
    assert.equal((await theImage(world)).status?.job, second?.metadata.name);
    assert.equal(await world.state(), 'Building 0/0 v1 FirstBuild');
    assert.equal((await world.all(secrets)).length, 1);
  });

  it('is not tried again by anything else', async () => {
    await using world = await building();
    world.pods(ofBuilds({ kind: 'step', at: 'fetch', exitCode: 7 }));
    await world.rest();
    const { uid } = (await theImage(world)).metadata;
    await world.scale('web', 2);
    await world.configure({ A: '1' }, 'shop-env-1');
    await world.rest();
    await world.advance(3_600_000);
    assert.equal((await theImage(world)).metadata.uid, uid);
  });

  it('is over when its time is up', async () => {
    await using world = await openPlatformWorld();
    await world.create('shop', { timeouts: { build: 100 } });
    world.logs.set('dependencies', 'compiling …\n');
    world.pods(ofBuilds({ kind: 'step', at: 'dependencies' }));
    await world.push({ text: 'one', by: 'job' });
    await world.rest();
    await world.advance(99_000);
    assert.equal(await world.state(), 'Building 0/0 v1 FirstBuild');
    await world.advance(2_000);
    assert.match(
      await built(world),
      /^False E_BUILD_TIMEOUT .*within 100 seconds\n.*the step dependencies still ran.*\n +compiling …/,
    );
  });

  it('is over when a step can never start', async () => {
    await using world = await building();
    world.pods(
      ofBuilds({ kind: 'refuse', reason: 'ImagePullBackOff', message: 'python:9 is not in the registry' }),
    );
    await world.rest();
    assert.match(
      await built(world),
      /^False E_BUILD_STUCK .*\n.*the step fetch does not start: ImagePullBackOff: python:9/,
    );
  });

  it('is over when its Job ended well and left nothing', async () => {
    await using world = await building();
    world.pods(ofBuilds({ kind: 'finish' }));
    await world.rest();
    assert.match(await built(world), /^False E_BUILD_LOST /);
  });

  it('is started again when somebody deletes its Job', async () => {
    await using world = await building();
    for (const { metadata } of await world.all(jobs)) {
      await world.client.resource(jobs).delete(metadata, { propagationPolicy: 'Background' });
    }
    await world.rest();
    assert.equal((await world.all(jobs)).length, 1);
    assert.equal(await world.state(), 'Building 0/0 v1 FirstBuild');
  });

  it('is final when the builder refuses, and goes on when only something outside does not work', async () => {
    await using world = await openPlatformWorld();
    await world.create();
    await world.push({ text: 'one', spoiled: noTool });
    await world.rest();
    assert.match(await built(world), /^False E_BUILD_TOOL_MISSING .*\n.*pip is not there/);

    let outages = 3;
    const { compose } = world.workshop.image;
    world.workshop.image.compose = async (image) => {
      outages -= 1;
      if (outages >= 0) throw new Error('the registry does not answer');
      return compose(image);
    };
    await world.push({ text: 'two' });
    await world.rest();
    assert.equal(outages, -1);
    assert.equal(await world.state(), 'Running 1/1 v2 (v2 serves) Running');
  });

  it('says what hinders it, until its time is up', async () => {
    await using world = await openPlatformWorld();
    world.workshop.image.compose = () => Promise.reject(new Error('the registry does not answer'));
    await world.create('shop', { timeouts: { build: 10 } });
    await world.push({ text: 'one' });
    await assert.rejects(world.rest(), /fails again and again/);
    assert.match(await built(world), /^Unknown Hindered is tried again: Error: the registry does not answer/);
    assert.match((await world.condition('Ready')).message, /the registry does not answer/);
    await world.advance(11_000);
    assert.match(await built(world), /^False E_BUILD_TIMEOUT /);
  });
});

describe('an app that cannot be', () => {
  it('says so when its name cannot be part of an address, and can be deleted', async () => {
    await using world = await openPlatformWorld();
    await world.create('two--dashes');
    await world.rest();
    const { status, metadata } = await world.app('two--dashes');
    assert.equal(status?.phase, 'Failed');
    assert.equal(status?.observedGeneration, metadata.generation);
    assert.match((await world.condition('Ready', 'two--dashes')).message, /cannot be the name of an app/);
    await world.client.resource(apps).delete(metadata);
    await world.rest();
    assert.deepEqual(await world.all(apps), []);
    assert.deepEqual(world.workshop.calls, []);
  });
});
