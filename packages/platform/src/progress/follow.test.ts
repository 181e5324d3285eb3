import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { FairleadError } from '@fairlead/api';
import { apps, images } from '../controllers/index.ts';
import {
  ofBuilds,
  ofRelease,
  openPlatformWorld,
  openServing,
  type PlatformWorld,
} from '../controllers/world.fixture.ts';
import type { Recipe } from '../controllers/workshop.fixture.ts';
import { deploySource } from './deploy.ts';
import type { ProgressEvent } from './event.ts';
import { renderProgress } from './render.ts';

let requests = 0;

/** A deploy whose events are written down as they come. */
const deploy = (world: PlatformWorld, recipe: Recipe, signal = new AbortController().signal) => {
  const lines: string[] = [];
  const digest = world.workshop.source(recipe);
  const events = deploySource(world, {
    name: { namespace: 'default', name: 'shop' },
    source: { artifact: { digest, commit: recipe.text.padEnd(10, 'x') } },
    user: 'ada',
    requestId: `deploy ${(requests += 1)}`,
    signal,
  });
  const ended = (async (): Promise<ProgressEvent | undefined> => {
    let last: ProgressEvent | undefined;
    for await (const event of events) {
      lines.push(...renderProgress(event));
      last = event;
    }
    return last;
  })();
  return { lines, ended };
};

/** Lets everything happen that needs no time. */
const soon = async (): Promise<void> => {
  for (let turns = 0; turns < 300; turns += 1) await turn();
};

const finishBuilds = async (world: PlatformWorld): Promise<void> => {
  for (const image of await world.all(images)) world.workshop.push(image);
  world.pods(ofBuilds({ kind: 'finish' }));
};

describe('a deploy that somebody watches', () => {
  it('is told from the build to the address, also when no container builds', async () => {
    await using world = await openPlatformWorld();
    await world.create();
    await world.rest();
    const { lines, ended } = deploy(world, { text: 'one' });
    const end = await ended;
    assert.deepEqual(end, {
      type: 'end',
      ok: true,
      text: 'v2 deployed',
      release: 2,
      url: 'http://shop.test',
    });
    assert.match(lines[0] ?? '', /^-----> building shop-[0-9a-f]{12}$/);
    assert.deepEqual(lines.slice(-2), ['-----> v2 deployed', '       http://shop.test']);
  });

  it('shows the output of each step of a build, in order, before what follows', async () => {
    await using world = await openPlatformWorld();
    await world.create();
    await world.rest();
    const { lines, ended } = deploy(world, { text: 'one', by: 'job' });
    const fetch = world.logs.open('fetch');
    await soon();
    fetch.print('fetching\n1 MB');
    await soon();
    assert.deepEqual(lines.slice(1), ['       fetching']);
    fetch.print(' of 2\n');
    fetch.end();
    const dependencies = world.logs.open('dependencies');
    world.pods(ofBuilds({ kind: 'step', at: 'dependencies' }));
    await soon();
    dependencies.print('Collecting flask\n');
    await soon();
    assert.deepEqual(lines.slice(1), ['       fetching', '       1 MB of 2', '       Collecting flask']);
    // The build ends while two of its logs have not been read to their end.
    world.logs.set('export', 'pushed\nwithout a last newline');
    await finishBuilds(world);
    await soon();
    dependencies.print('Installed\n');
    dependencies.end();
    assert.equal((await ended)?.type, 'end');
    assert.deepEqual(lines.slice(4, 7), [
      '       Installed',
      '       pushed',
      '       without a last newline',
    ]);
    assert.deepEqual(lines.slice(-2), ['-----> v2 deployed', '       http://shop.test']);
    const rolling = lines.indexOf('-----> v2 is rolling out');
    assert.ok(rolling === -1 || rolling === 7, lines.join('\n'));
  });

  it('does not wait for ever for a log that does not end', async () => {
    await using world = await openPlatformWorld();
    await world.create();
    await world.rest();
    const { lines, ended } = deploy(world, { text: 'one', by: 'job' });
    const fetch = world.logs.open('fetch');
    await soon();
    fetch.print('half a line');
    await soon();
    await finishBuilds(world);
    await soon();
    assert.deepEqual(lines.slice(1), []);
    world.clock.advance(2_000);
    assert.equal((await ended)?.type, 'end');
    assert.ok(lines.includes('       half a line'));
  });

  it('shows the output of the second try, not that of the first', async () => {
    await using world = await openPlatformWorld();
    await world.create();
    await world.rest();
    world.logs.set('fetch', 'first try\n');
    world.pods(ofBuilds({ kind: 'step', at: 'fetch', exitCode: 1 }));
    await deploy(world, { text: 'one', by: 'job' }).ended;
    world.logs.set('fetch', 'second try\n');
    world.pods(ofBuilds({ kind: 'step', at: 'export' }));
    const { lines, ended } = deploy(world, { text: 'one', by: 'job' });
    await soon();
    await finishBuilds(world);
    assert.equal(((await ended) as { ok?: boolean }).ok, true);
    assert.deepEqual(
      lines.filter((line) => line.includes('try')),
      ['       second try'],
    );
  });

  it('ends with why a build failed', async () => {
    await using world = await openPlatformWorld();
    await world.create();
    await world.rest();
    world.logs.set('dependencies', 'ERROR: no such package\n');
    world.pods(ofBuilds({ kind: 'step', at: 'dependencies', exitCode: 1 }));
    const { lines, ended } = deploy(world, { text: 'one', by: 'job' });
    const end = await ended;
    assert.ok(end?.type === 'end' && !end.ok && end.fault === 'user');
    assert.deepEqual(lines.slice(1), [
      '       ERROR: no such package',
      '✘ E_BUILD_FAILED  shop could not be built',
      '  why    the step dependencies ended with exit code 1:',
      '         ERROR: no such package',
      '  solve  mend what the log shows and push again; the last good release keeps serving',
    ]);
  });

  it('ends with why a source or a release failed', async () => {
    await using world = await openServing();
    const refused = new FairleadError('E_BUILD_NO_RUNTIME', { app: 'shop', files: 'requirements.txt' });
    const broken = deploy(world, { text: 'none', refused });
    await broken.ended;
    assert.match(broken.lines.join('\n'), /^✘ E_BUILD_NO_RUNTIME {2}shop cannot be built\n {2}why/);

    world.logs.set('web', 'KeyError\n', 'previous');
    world.pods(ofRelease(3, { kind: 'crash', exitCode: 1 }));
    const crashed = deploy(world, { text: 'two' });
    await crashed.ended;
    assert.match(
      crashed.lines.join('\n'),
      /✘ E_RELEASE_CRASHED {2}v3 of shop does not stay up\n[^]*KeyError/,
    );
  });

  it('says when nothing changed', async () => {
    await using world = await openServing();
    const { lines, ended } = deploy(world, { text: 'one of shop' });
    const end = await ended;
    assert.ok(end?.type === 'end' && end.ok);
    assert.deepEqual(lines, ['-----> nothing changed: v2 is the newest', '       http://shop.test']);
  });

  it('goes on when the watcher leaves, by hanging up or by reading no more', async () => {
    await using world = await openServing();
    const leaving = new AbortController();
    const left = deploy(world, { text: 'two', by: 'job' }, leaving.signal);
    await soon();
    leaving.abort();
    assert.deepEqual(await left.ended, {
      type: 'end',
      ok: false,
      text: 'nobody watches any more; the deploy goes on',
    });
    const events = deploySource(world, {
      name: { namespace: 'default', name: 'shop' },
      source: { artifact: { digest: world.workshop.source({ text: 'three', by: 'job' }) } },
      user: 'ada',
      requestId: 'another',
      signal: new AbortController().signal,
    });
    await events.next();
    await events.return(undefined);
    await finishBuilds(world);
    await world.rest();
    assert.equal((await world.ledger()).at(-1)?.endsWith(': Succeeded'), true);
    assert.equal(await world.state(), 'Running 1/1 v3 (v3 serves) Running');
  });

  it('ends when the app is destroyed, and does not make one that is not there', async () => {
    await using world = await openServing();
    const { ended } = deploy(world, { text: 'two', by: 'job' });
    await soon();
    await world.client.resource(apps).delete({ namespace: 'default', name: 'shop' });
    assert.deepEqual(await ended, { type: 'end', ok: false, text: 'shop was destroyed meanwhile' });
    await world.rest();
    await assert.rejects(deploy(world, { text: 'two' }).ended, /there is no app shop/);
    assert.deepEqual(await world.all(apps), []);
  });
});
