// P12: kwok's fake nodes on the engine: so many nodes are made until all are ready, so many pods until all run, and
// deleted until all are gone. kwok's own gates are 60, 60 and 90 s. `bench/p12.ts 100 200` is a short run.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import {
  createClient,
  type Kind,
  type KubeObject,
  type Node,
  nodes,
  openCache,
  type Pod,
  pods,
  systemClock,
  systemRandom,
} from '@fairlead/kube';
import { loadKubeconfig, openHttp } from '@fairlead/kube/http';
import { startForeign } from '../test/cluster/foreign.ts';
import { printFigure } from './figure.ts';

const [nodeCount = 5000, podCount = 10_000] = process.argv.slice(2).map(Number);
const lanes = 64;

await using foreign = await startForeign('own');
await using http = openHttp(await loadKubeconfig(foreign.kubeconfig));
const client = createClient(http.transport, { fieldManager: 'bench' });
await using cache = openCache({ client, clock: systemClock, random: systemRandom });

/** Resolves when so many objects of a kind are as they should be. */
const until = async <T extends KubeObject>(
  kind: Kind<T>,
  count: number,
  is: (object: T) => boolean,
): Promise<void> => {
  const informer = cache.informer(kind);
  await informer.synced;
  const { promise, resolve } = Promise.withResolvers<void>();
  let good = 0;
  const stop = informer.subscribe(({ before, after }) => {
    good += Number(after !== undefined && is(after)) - Number(before !== undefined && is(before));
    if (good === count) resolve();
  });
  if (good === count) resolve();
  await promise.finally(stop);
};

const createAll = async (count: number, create: (index: number) => Promise<unknown>): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await create(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};

const nameOf = (index: number): string => `node-${String(index).padStart(6, '0')}`;
const node = (index: number) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: nameOf(index), annotations: { 'kwok.x-k8s.io/node': 'fake' } },
});
const pod = (index: number) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `pod-${index}`, namespace: 'default' },
  spec: { nodeName: nameOf(index % nodeCount), containers: [{ name: 'run', image: 'fake' }] },
});
const isReady = ({ status }: Node): boolean =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
const isRunning = ({ status }: Pod): boolean => status?.phase === 'Running';

const ready = await timed(() =>
  Promise.all([
    createAll(nodeCount, (i) => client.resource(nodes).create(node(i))),
    until(nodes, nodeCount, isReady),
  ]),
);
const running = await timed(() =>
  Promise.all([
    createAll(podCount, (i) => client.resource(pods).create(pod(i))),
    until(pods, podCount, isRunning),
  ]),
);
const gone = await timed(() =>
  Promise.all([client.resource(pods).deleteCollection({ namespace: 'default' }), until(pods, 0, () => true)]),
);
const [load = '?'] = readFileSync('/proc/loadavg', 'utf8').split(' ');
console.log(`on ${cpus().length} cores, with a load of ${load} at the end`);
await printFigure('P12', [
  { name: 'nodes', value: nodeCount },
  { name: 'pods', value: podCount },
  { name: 'nodes until all are ready', value: ready, unit: 's', budget: 'nodes' },
  { name: 'pods until all run', value: running, unit: 's', budget: 'pods' },
  { name: 'pods until all are gone', value: gone, unit: 's', budget: 'gone' },
]);
