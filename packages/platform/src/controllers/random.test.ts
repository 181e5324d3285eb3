import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { labels } from '@fairlead/api';
import { deployments, endpointSlices, type Pod } from '@fairlead/kube';
import { seededRandom } from '@fairlead/kube/testing';
import type { Fate } from './kubelet.fixture.ts';
import { openServing, type PlatformWorld } from './world.fixture.ts';

const seeds = 6;
const deeds = 12;

const pick = <T>(random: () => number, from: readonly T[]): T =>
  from[Math.floor(random() * from.length)] as T;

const releaseOf = ({ metadata }: Pod): number => Number(metadata.labels?.[labels.release]);

/** What a release does is decided when its first copy starts, and stays. */
const fates = (random: () => number) => {
  const decided = new Map<number, Fate>([[2, { kind: 'serve' }]]);
  const possible: Fate[] = [
    { kind: 'serve' },
    { kind: 'serve' },
    { kind: 'crash', exitCode: 1 },
    { kind: 'mute' },
  ];
  return (pod: Pod): Fate | undefined => {
    if (pod.metadata.labels?.[labels.release] === undefined) return undefined;
    const fate = decided.get(releaseOf(pod)) ?? pick(random, possible);
    decided.set(releaseOf(pod), fate);
    return fate;
  };
};

const act = async (world: PlatformWorld, random: () => number, step: number): Promise<void> => {
  const newest = Number((await world.ledger()).at(-1)?.match(/^v(\d+)/)?.[1]);
  const deed = pick(random, ['push', 'push', 'push again', 'configure', 'scale', 'rollback', 'wait']);
  if (deed === 'push') return world.push({ text: `code ${step}`, commit: `${step}`.padEnd(8, 'c') });
  if (deed === 'push again') return world.push({ text: 'one of shop', commit: 'aaaaaaaaaa' });
  if (deed === 'configure') return world.configure({ A: `${Math.floor(random() * 3)}` }, `env-${step}`);
  if (deed === 'scale') return world.scale('web', 1 + Math.floor(random() * 3));
  if (deed === 'rollback') return world.rollback(2 + Math.floor(random() * (newest - 1)));
  world.clock.advance(20_000);
};

/** What holds at rest, whatever happened. */
const check = async (world: PlatformWorld): Promise<void> => {
  const ledger = await world.ledger();
  assert.deepEqual(
    ledger.map((line) => line.split(' ')[0]),
    ledger.map((_line, index) => `v${index + 1}`),
  );
  const phases = ledger.map((line) => line.split(': ').at(-1));
  const lastGood = phases.lastIndexOf('Succeeded') + 1;
  const newest = phases.at(-1) === 'Deploying' ? phases.length : lastGood;
  const { spec } = await world.one(deployments, 'shop-web');
  assert.equal(spec.template.metadata?.labels?.[labels.release], String(newest), ledger.join('\n'));
  const { status } = await world.app();
  assert.equal(status?.serving, lastGood);
  assert.equal(status?.release, phases.length);
  for (const phase of phases.slice(0, -1)) assert.ok(phase !== 'Deploying', ledger.join('\n'));
};

describe('an app to which anything happens', () => {
  for (let seed = 1; seed <= seeds; seed += 1)
    it(`never loses its traffic (seed ${seed})`, async () => {
      const random = seededRandom(seed);
      await using world = await openServing();
      world.pods(fates(random));
      let lost = 0;
      const slices = world.cache.informer(endpointSlices);
      const stop = slices.subscribe(() => {
        const endpoints = slices.list('default').flatMap((slice) => slice.endpoints);
        if (!endpoints.some(({ conditions }) => conditions?.ready)) lost += 1;
      });
      for (let step = 1; step <= deeds; step += 1) {
        await act(world, random, step);
        // Some deeds meet controllers that have not finished with the one before.
        for (let turns = Math.floor(random() * 40); turns > 0; turns -= 1) await turn();
        if (random() < 0.4) await world.rest().then(() => check(world));
      }
      await world.rest();
      await check(world);
      await world.advance(200_000);
      await check(world);
      stop();
      assert.equal(lost, 0, 'at some time no copy got traffic');
    });
});
