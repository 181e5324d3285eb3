import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openWorld, seededRandom, simulatedClock } from '@fairlead/kube/testing';
import { type Controllers, startControllers } from '../../../packages/engine/src/controllers/index.ts';
import { startEngine } from '../../../packages/engine/src/engine.ts';
import { startScheduler } from '../../../packages/engine/src/scheduler/index.ts';
import { readBook } from './book.ts';
import { withoutUntold } from './differences.ts';
import { readRecorded } from './recorded.ts';
import { declareNodes, play, startPods } from './stage.ts';
import type { Story } from './story.ts';

/** Nodes without machines are silent. */
const nodePatience = { silence: Infinity, beginning: Infinity };

/** A story may be about what is refused however often it is tried. */
const isRefused = (error: unknown): void => {
  if (!/exceeded quota/.test(String((error as Error).cause))) throw error;
};

/** Plays a story on the engine, with its controllers and its scheduler, in time that passes when nothing else is to be done. */
async function playOnEngine(story: Story): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const clock = simulatedClock();
  const engine = stack.use(await startEngine({ clock, random: seededRandom(7), freeze: true }));
  let controllers: Controllers | undefined;
  const world = stack.use(
    openWorld({
      transport: engine.transport(),
      clock,
      controllers: ({ cache }) => {
        controllers = startControllers({ cache, nodePatience });
        return [...controllers.controllers, startScheduler({ cache }), startPods(cache)];
      },
    }),
  );
  stack.defer(() => controllers?.close());
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    await world.rest().catch(isRefused);
    for (let seconds = 0; !(await holds()); seconds += 1) {
      if (seconds === 100) throw new Error('this never comes to be');
      // Not to where a time is over and the controller that waits for it leaves itself a moment.
      await world.advance(2100).catch(isRefused);
    }
  };
  const stage = {
    client: world.client,
    cache: world.cache,
    until,
    rest: () => world.rest().catch(isRefused),
  };
  await declareNodes(stage);
  await world.rest();
  // Awaited here: what it plays on is closed when this returns.
  return await play(story, stage, 1);
}

for (const { name, stories } of await readBook())
  describe(`the controllers make of stories what Kubernetes’ own do: ${name}`, () => {
    const recorded = readRecorded(name);
    for (const story of stories)
      it(story.title, async () => {
        const told = recorded.get(story.title);
        assert.ok(told !== undefined, 'the story was not recorded: npm run stories:record');
        assert.equal(await playOnEngine(story), withoutUntold(told));
      });
  });
