import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = await mkdtemp(join(tmpdir(), 'fairlead-main-'));
after(() => rm(folder, { recursive: true }));

/** An engine in a process of its own, as `fairlead engine` runs it. */
const run = async (): Promise<ChildProcess> => {
  const main = new URL('./main.ts', import.meta.url).href;
  const options = JSON.stringify({ data: join(folder, 'data'), host: '127.0.0.1', port: 0, apiOnly: true });
  const script = join(folder, 'run.mjs');
  await writeFile(
    script,
    `import { runEngine } from ${JSON.stringify(main)};\nawait runEngine(${options});\n`,
  );
  return spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] });
};

const textOf = async (stream: AsyncIterable<unknown> | null): Promise<string> => {
  let text = '';
  for await (const part of stream ?? []) text += String(part);
  return text;
};

test('It says when it is ready and how to come in, is the only one, and ends cleanly', async () => {
  const engine = await run();
  assert.ok(engine.stdout);
  const [line] = (await once(engine.stdout, 'data')) as [Buffer];
  assert.match(line.toString(), /^ready https:\/\/127\.0\.0\.1:\d+ kubeconfig .+\/kubeconfig\n$/);
  const kubeconfig = line.toString().trim().split(' ').at(-1) ?? '';
  assert.match(await readFile(kubeconfig, 'utf8'), /certificate-authority-data/);
  assert.equal((await stat(kubeconfig)).mode & 0o777, 0o600);

  const second = await run();
  const [said, [code]] = await Promise.all([textOf(second.stderr), once(second, 'exit')]);
  assert.notEqual(code, 0);
  assert.match(said, /engine\.db is in use by another process/);

  engine.kill('SIGTERM');
  assert.deepEqual(await once(engine, 'exit'), [0, null]);
});
