// P13, the part of the toolkit: how long one more object takes to be reconciled among 10, 100, 1,000 and 5,000 others,
// and how long an operator that starts again takes to go over 1,000. Over HTTPS, with the engine as a process.
import { setTimeout as wait } from 'node:timers/promises';
import {
  applyOwned,
  type Client,
  configMaps,
  createClient,
  createMetrics,
  done,
  type Operator,
  secrets,
  startOperator,
  systemClock,
  systemRandom,
} from '@fairlead/kube';
import { openHttp } from '@fairlead/kube/http';
import { printFigure, quantile } from './figure.ts';
import { startBenchEngine } from './load/engine.ts';

const rounds = Number(process.argv[2] ?? 200);
const crowds = (process.argv[3] ?? '10,100,1000,5000').split(',').map(Number);
const resynced = 1000;
const namespace = 'default';
const labelSelector = 'bench';

await using engine = await startBenchEngine('--api-only');
const { url, ca, token } = engine.target;
await using http = openHttp({ server: url, ca, token });
const person = createClient(http.transport, { fieldManager: 'bench' });

/** A config map has a secret that says the same. */
const mirror = (onDone: (name: string) => void): Operator => ({
  name: 'mirror',
  controllers: ({ start, cache }) => [
    start({
      name: 'mirror',
      for: configMaps,
      scope: { namespace, labelSelector },
      owns: [{ kind: secrets, scope: { namespace } }],
      concurrency: 8,
      reconcile: async (name, { client }) => {
        const owner = cache.informer(configMaps, { namespace, labelSelector }).get(name);
        if (owner === undefined) return done;
        const object = {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { ...name },
          stringData: { of: name.name },
        };
        await applyOwned(client, secrets, { owner, object });
        onDone(name.name);
        return done;
      },
    }),
  ],
});

const startMirror = (onDone: (name: string) => void) =>
  startOperator(mirror(onDone), {
    transport: http.transport,
    clock: systemClock,
    random: systemRandom,
    metrics: createMetrics(),
  });

const add = (client: Client, name: string) =>
  client.resource(configMaps).create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name, labels: { [labelSelector]: '' } },
    data: { of: name },
  });

let grown = 0;
const grow = async (to: number): Promise<void> => {
  const lane = async (): Promise<void> => {
    while (grown < to) await add(person, `crowd-${grown++}`);
  };
  await Promise.all(Array.from({ length: 32 }, lane));
};

/** Milliseconds from asking for one more object to its being reconciled, one after the other. */
const measureOneMore = async (crowd: number): Promise<number[]> => {
  await grow(crowd);
  const waiting = new Map<string, () => void>();
  const seen = new Set<string>();
  await using operator = startMirror((name) => {
    seen.add(name);
    waiting.get(name)?.();
  });
  await operator.ready;
  while (seen.size < grown) await wait(20);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const name = `one-${crowd}-${round}`;
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.set(name, resolve);
    const started = performance.now();
    await add(person, name);
    await promise;
    times.push(performance.now() - started);
    waiting.delete(name);
    await person.resource(configMaps).delete({ namespace, name });
    await person.resource(secrets).delete({ namespace, name });
  }
  return times;
};

const measureResync = async (): Promise<number> => {
  await grow(resynced);
  const seen = new Set<string>();
  const { promise, resolve } = Promise.withResolvers<void>();
  const started = performance.now();
  await using operator = startMirror((name) => {
    seen.add(name);
    if (seen.size === resynced) resolve();
  });
  await operator.ready;
  await promise;
  return (performance.now() - started) / 1000;
};

const p95: number[] = [];
let resync: number | undefined;
for (const crowd of crowds) {
  if (crowd > resynced) resync ??= await measureResync();
  p95.push(quantile(await measureOneMore(crowd), 0.95));
}
resync ??= await measureResync();
await printFigure('P13-toolkit', [
  ...crowds.map((crowd, i) => ({
    name: `one more among ${crowd}, p95`,
    value: p95[i] ?? Number.NaN,
    unit: 'ms',
  })),
  { name: 'the most over the least', value: (p95.at(-1) ?? 0) / (p95[0] ?? 1), unit: '×', budget: 'ratio' },
  { name: `${resynced} after a restart`, value: resync, unit: 's', budget: 'resync' },
]);
