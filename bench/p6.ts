// P6: from the start of a process to the first answer, warm: the engine alone until it serves, the whole platform to
// `ready`, and a platform that has an app to the app's first answer. The anchor is a bare HTTPS server in Node.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPlatform } from '../test/acceptance/platform.ts';
import { printFigure, quantile } from './figure.ts';

const rounds = Number(process.argv[2] ?? 10);
const launcher = join(import.meta.dirname, '../bin/fairlead');
const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Starts a process and resolves with the milliseconds until it says that it serves; then ends it. */
const untilReady = async (start: () => ChildProcess): Promise<number> => {
  const started = performance.now();
  const child = start();
  const [line] = (await once(child.stdout as Readable, 'data')) as [Buffer];
  if (!line.toString().startsWith('ready')) throw new Error(line.toString());
  const took = performance.now() - started;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
  return took;
};

const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-'));
const times = async (measure: () => Promise<number>): Promise<number> => {
  await measure();
  const all: number[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await measure());
  return quantile(all, 0.5);
};

// The certificate of an engine that ran before serves the bare server too.
const data = join(folder, 'engine');
const stdio = ['ignore', 'pipe', 'ignore'] as const;
const engine = (): ChildProcess =>
  spawn(launcher, ['engine', '--data', data, '--api-listen', '127.0.0.1:0'], {
    cwd: folder,
    stdio: [...stdio],
  });
const bare = (): ChildProcess => {
  const script = `const { readFileSync } = require('node:fs');
    require('node:https').createServer({ key: readFileSync('${data}/pki/server.key'), cert: readFileSync('${data}/pki/server.crt') },
    (_, answer) => answer.end('ok')).listen(0, '127.0.0.1', () => console.log('ready'));`;
  return spawn(process.execPath, ['--eval', script], { stdio: [...stdio] });
};

const withApp = async (): Promise<{ ready: number; answers: number }> => {
  await using platform = await openPlatform();
  const app = await platform.repository('plain', 'plain-python');
  await platform.fairlead(app, 'create');
  const pushed = await platform.git(app, 'push', 'fairlead', 'main');
  if (pushed.status !== 0) throw new Error(pushed.text);
  const seen: { ready: number; answers: number }[] = [];
  for (let round = 0; round < Math.min(rounds, 5); round += 1) {
    await platform.stop();
    const started = performance.now();
    await platform.up();
    const ready = performance.now() - started;
    while ((await platform.get('plain.localhost').catch(() => ({ status: 0 }))).status !== 200) await wait(2);
    seen.push({ ready, answers: performance.now() - started });
  }
  const median = (of: 'ready' | 'answers'): number =>
    quantile(
      seen.map((each) => each[of]),
      0.5,
    );
  return { ready: median('ready'), answers: median('answers') };
};

try {
  const engineTime = await times(() => untilReady(engine));
  const bareTime = await times(() => untilReady(bare));
  const platform = await withApp();
  await printFigure('P6', [
    { name: 'anchor: a bare HTTPS server in Node', value: bareTime, unit: 'ms' },
    { name: 'the engine, start to ready, p50', value: engineTime, unit: 'ms', budget: 'engine' },
    { name: 'over the anchor', value: engineTime / bareTime, unit: '×' },
    { name: 'the platform, start to ready, p50', value: platform.ready, unit: 'ms', budget: 'platform' },
    {
      name: 'the platform, start to an app that answers, p50',
      value: platform.answers,
      unit: 'ms',
      budget: 'app',
    },
  ]);
} finally {
  await rm(folder, { recursive: true });
}
