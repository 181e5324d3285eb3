// P9 and P10: durable creates, gets, a list and a deletecollection of 6,000 ConfigMaps over TLS, and the memory that
// they take, beside a real kube-apiserver with etcd in the same run. Both sync before they acknowledge, both have
// access control on and keep managed fields. Order: the peer first, then the engine; nothing else runs meanwhile.
import { startControlPlane } from '../test/cluster/control-plane.ts';
import { printFigure, quantile } from './figure.ts';
import type { Target } from './load/connection.ts';
import { startBenchEngine } from './load/engine.ts';
import { cpuOf, memoryOf } from './load/process-cost.ts';
import { runLoad } from './load/run-load.ts';
import type { Outcome, Work } from './load/plan.ts';

const objects = 6000;
const clients = 64;
const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

interface Peer {
  readonly target: Target;
  readonly pids: readonly number[];
}

interface Seen {
  readonly creates: number;
  readonly createP99: number;
  readonly createCpu: number;
  readonly gets: number;
  readonly getCpu: number;
  readonly list: number;
  readonly memory: number;
  readonly deleted: number;
  readonly createsAtWork: number;
}

const rate = ({ times, took }: Outcome): number => (times.length / took) * 1000;

const measure = async ({ target, pids }: Peer): Promise<Seen> => {
  const load = (work: Work, by = clients): Promise<Outcome> =>
    runLoad({ target, namespace: 'default', clients: by, work });
  const cpuPer = async (work: Work): Promise<[Outcome, number]> => {
    const before = cpuOf(pids);
    const outcome = await load(work);
    return [outcome, ((cpuOf(pids) - before) * 1000) / work.count];
  };
  const [created, createCpu] = await cpuPer({ kind: 'create', count: objects, first: 0, size: 1500 });
  const [got, getCpu] = await cpuPer({ kind: 'get', count: 4 * objects, among: objects });
  const listed = await load({ kind: 'list', count: 9 }, 1);
  await wait(30_000);
  const memory = memoryOf(pids);
  const deleted = await load({ kind: 'deletecollection', count: 1 }, 1);
  // The first time is that of a process that has just started; servers are at work for longer than that.
  const createdAtWork = await load({ kind: 'create', count: objects, first: 0, size: 1500 });
  return {
    creates: rate(created),
    createP99: quantile(created.times, 0.99),
    createCpu,
    gets: rate(got),
    getCpu,
    list: quantile(listed.times, 0.5),
    memory,
    deleted: deleted.took,
    createsAtWork: rate(createdAtWork),
  };
};

const ofKubernetes = async (): Promise<Seen> => {
  await using plane = await startControlPlane({ fsync: true });
  return await measure({ target: plane, pids: Object.values(plane.pids) });
};

const ofEngine = async (): Promise<Seen> => {
  await using engine = await startBenchEngine('--api-only');
  return await measure(engine);
};

const kubernetes = await ofKubernetes();
const engine = await ofEngine();

const beside = (what: string, of: keyof Seen, unit: string) => [
  { name: `anchor: ${what}`, value: kubernetes[of], unit },
  { name: what, value: engine[of], unit },
];
await printFigure('P9', [
  ...beside('durable creates', 'creates', '/s'),
  { name: 'times its rate', value: engine.creates / kubernetes.creates, unit: '×', atLeast: 'creates' },
  ...beside('creates, p99', 'createP99', 'ms'),
  { name: 'part of its p99', value: engine.createP99 / kubernetes.createP99, unit: '×', budget: 'createP99' },
  ...beside('CPU for a create', 'createCpu', 'µs'),
  ...beside('durable creates once more, after all the rest', 'createsAtWork', '/s'),
  ...beside('memory with 6,000 objects, 30 s later', 'memory', 'MB'),
  { name: 'part of its memory', value: engine.memory / kubernetes.memory, unit: '×', budget: 'memory' },
]);
await printFigure('P10', [
  ...beside('gets', 'gets', '/s'),
  { name: 'times its rate', value: engine.gets / kubernetes.gets, unit: '×', atLeast: 'gets' },
  ...beside('CPU for a get', 'getCpu', 'µs'),
  ...beside('a list of 6,000', 'list', 'ms'),
  { name: 'times as fast', value: kubernetes.list / engine.list, unit: '×', atLeast: 'list' },
  ...beside('deletecollection of 6,000', 'deleted', 'ms'),
  {
    name: 'times as fast',
    value: kubernetes.deleted / engine.deleted,
    unit: '×',
    atLeast: 'deletecollection',
  },
]);
