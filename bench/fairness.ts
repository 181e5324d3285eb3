// What users notice of another who asks ten times as much: eight of them ask as fast as they are answered, each over two
// connections; then one of them over twenty. Each round measures both, one after the other.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { printFigure, quantile } from './figure.ts';
import type { Target } from './load/connection.ts';
import type { UsersPlan } from './load/main-users.ts';

const ROUNDS = 3;
const SECONDS = 4;
const USERS = ['crowd', 'a', 'b', 'c', 'd', 'e', 'f', 'g'];

const processOf = (script: string, ...args: readonly string[]): ChildProcess =>
  fork(join(import.meta.dirname, 'load', script), args);

const startUsers = (plan: UsersPlan): { stop(): Promise<number[]> } => {
  const child = processOf('main-users.ts');
  child.send(plan);
  return {
    async stop() {
      child.send('stop');
      const [times] = (await once(child, 'message')) as [number[]];
      return times;
    },
  };
};

const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-fairness-'));
const engine = processOf('main-users-engine.ts', folder, ...USERS);
const [accesses] = (await once(engine, 'message')) as [readonly (Target & { readonly server: string })[]];
const [crowd, ...others] = accesses.map(({ server, ca, token }): Target => ({ url: server, ca, token }));
if (crowd === undefined) throw new Error('an engine without users');

/** Milliseconds that the others waited for each answer. */
const waited = async (connectionsOfCrowd: number): Promise<number[]> => {
  const loud = startUsers({ targets: [crowd], connections: connectionsOfCrowd });
  const quiet = startUsers({ targets: others, connections: 2 });
  await wait(SECONDS * 1000);
  const [times] = await Promise.all([quiet.stop(), loud.stop()]);
  return times;
};

const rounds: { readonly calm: number; readonly crowded: number }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const calm = quantile(await waited(2), 0.99);
  rounds.push({ calm, crowded: quantile(await waited(20), 0.99) });
}
engine.disconnect();
await once(engine, 'exit');
await rm(folder, { recursive: true });

const median = (of: (round: (typeof rounds)[number]) => number): number => quantile(rounds.map(of), 0.5);
await printFigure('P9-fairness', [
  { name: 'p99 of seven users beside one like them', value: median(({ calm }) => calm), unit: 'ms' },
  { name: 'p99 beside one who asks ten times as much', value: median(({ crowded }) => crowded), unit: 'ms' },
  {
    name: 'the second by the first',
    value: median(({ calm, crowded }) => crowded / calm),
    unit: '×',
    budget: 'ratio',
  },
]);
