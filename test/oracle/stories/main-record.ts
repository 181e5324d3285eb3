// `npm run stories:record`: plays all stories on a real control plane, with its controllers and its scheduler, and keeps
// what they made of them; `-- words` only those with these words in their title. They play at the same time, each in a namespace of its own.
import { createClient, openCache, systemClock, systemRandom } from '@fairlead/kube';
import { loadKubeconfig, openHttp } from '@fairlead/kube/http';
import { startControlPlane } from '../../cluster/control-plane.ts';
import { readBook } from './book.ts';
import { readRecorded, writeRecorded } from './recorded.ts';
import { declareNodes, play, type Stage, startHeartbeats, startPods } from './stage.ts';

const words = process.argv.slice(2);
const patience = 180_000;
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

await using stack = new AsyncDisposableStack();
const cluster = stack.use(await startControlPlane());
await cluster.startControllers();
await cluster.startScheduler();
const http = openHttp(await loadKubeconfig(cluster.kubeconfig));
stack.defer(() => http.close());
const client = createClient(http.transport);
const cache = openCache({ client, clock: systemClock, random: systemRandom });
stack.defer(() => cache.close());

const stage: Stage = {
  client,
  cache,
  async until(holds) {
    const end = Date.now() + patience;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error('this never comes to be');
      await pause(200);
    }
  },
  // Events come a moment after what they tell of.
  rest: () => pause(6000),
};

await declareNodes(stage);
stack.use(startHeartbeats(cache));
stack.use(startPods(cache));

let next = 0;
const chapters = await Promise.all(
  (await readBook()).map(async ({ name, stories }) => {
    const told = await Promise.all(
      stories
        .filter(({ title }) => words.every((word) => title.includes(word)))
        .map(async (story) => {
          next += 1;
          const text = await play(story, stage, next).catch((error: unknown) => {
            console.log(`✘ ${story.title}: ${String(error)}`);
            process.exitCode = 1;
            return undefined;
          });
          return [story.title, text] as const;
        }),
    );
    return { name, told: told.filter((entry): entry is [string, string] => entry[1] !== undefined) };
  }),
);
for (const { name, told } of chapters) writeRecorded(name, new Map([...readRecorded(name), ...told]));
