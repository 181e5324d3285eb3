import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { deployments, type KubeRequest, type Transport } from '@fairlead/kube';
import { openPlatformWorld, ofRelease, openStage, type PlatformWorld, type Stage } from './world.fixture.ts';

/** Every so many writes the controllers are killed; 1 tries every gap between two writes. */
const stride = 4;

const isWrite = ({ method }: KubeRequest): boolean => method !== 'GET';

/** A line that is cut after so many writes, for good. */
const cutAfter = (writes: number) => {
  let left = writes;
  const line =
    (transport: Transport): Transport =>
    async (request) => {
      if (left < 0) throw new Error('killed');
      if (isWrite(request)) left -= 1;
      if (left < 0) throw new Error('killed');
      return transport(request);
    };
  return { line, isCut: () => left < 0, used: () => writes - left };
};

interface Story {
  readonly says: string;
  readonly before: (world: PlatformWorld) => Promise<void>;
  readonly deed: (world: PlatformWorld) => Promise<void>;
  readonly fates?: Parameters<PlatformWorld['pods']>[0];
}

const stories: readonly Story[] = [
  {
    says: 'a first push',
    before: (world) => world.create(),
    deed: (world) => world.push({ text: 'one', commit: 'aaaaaaaaaa' }),
  },
  {
    says: 'a push that crashes',
    before: async (world) => {
      await world.create();
      await world.push({ text: 'one', commit: 'aaaaaaaaaa' });
    },
    deed: (world) => world.push({ text: 'two', commit: 'bbbbbbbbbb' }),
    fates: ofRelease(3, { kind: 'crash', exitCode: 1 }),
  },
];

/** What must be the same, however often the controllers were killed. */
const outcome = async (world: PlatformWorld) => ({
  ledger: await world.ledger(),
  state: await world.state(),
  runs: (await world.all(deployments)).map(({ metadata, spec }) => [
    metadata.name,
    spec.replicas,
    spec.template.metadata?.labels,
  ]),
});

const open = async (
  stage: Stage,
  { fates }: Story,
  line?: (t: Transport) => Transport,
): Promise<PlatformWorld> => {
  const world = await openPlatformWorld({ stage, ...(line && { line }) });
  if (fates !== undefined) world.pods(fates);
  return world;
};

const setUp = async (story: Story): Promise<Stage> => {
  const stage = await openStage();
  await using world = await open(stage, story);
  await story.before(world);
  await world.rest();
  return stage;
};

/** The deed without a kill: what comes of it, and how many writes that takes. */
const uninterrupted = async (story: Story) => {
  await using stage = await setUp(story);
  const cut = cutAfter(Number.MAX_SAFE_INTEGER);
  await using world = await open(stage, story, cut.line);
  await story.deed(world);
  await world.rest();
  return { outcome: await outcome(world), writes: cut.used() };
};

const interrupted = async (story: Story, writes: number) => {
  await using stage = await setUp(story);
  const cut = cutAfter(writes);
  const doomed = await open(stage, story, cut.line);
  await story.deed(doomed);
  for (let turns = 0; turns < 2000 && !cut.isCut(); turns += 1) await turn();
  await doomed.close();
  await using world = await open(stage, story);
  await world.rest();
  return outcome(world);
};

describe('controllers that are killed between two writes', () => {
  for (const story of stories)
    it(`come to the same end after ${story.says}`, async () => {
      const expected = await uninterrupted(story);
      for (let writes = 0; writes < expected.writes; writes += stride)
        assert.deepEqual(await interrupted(story, writes), expected.outcome, `killed after ${writes} writes`);
    });
});
