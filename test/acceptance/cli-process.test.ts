import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openPlatform, type Platform } from './platform.ts';
import { missingTool } from './tools.ts';

const launcher = resolve(import.meta.dirname, '../../bin/fairlead');

// The command line as a process: what only a real one can show.
describe('the fairlead process', { skip: missingTool('python3', 'git'), timeout: 120_000 }, () => {
  let platform: Platform;
  let shop = '';

  before(async () => {
    platform = await openPlatform();
    shop = await platform.repository('shop', 'plain-python');
    assert.equal((await platform.fairlead(shop, 'create')).status, 0);
    const pushed = await platform.git(shop, 'push', 'fairlead', 'main');
    assert.equal(pushed.status, 0, pushed.text);
  });
  after(() => platform[Symbol.asyncDispose]());

  const begin = (...words: string[]): ChildProcess =>
    spawn(launcher, words, { cwd: shop, env: platform.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = async (child: ChildProcess): Promise<{ status: unknown; err: string }> => {
    let err = '';
    child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
    return { status: status ?? signal, err };
  };
  const firstOutput = (child: ChildProcess): Promise<unknown> =>
    child.stdout === null ? Promise.reject(new Error('no output')) : once(child.stdout, 'data');

  it('has the same exit statuses as in a test', async () => {
    const rows: readonly (readonly [string[], number])[] = [
      [['version'], 0],
      [['info', '--app', 'nope'], 1],
      [['info', 'nope'], 2],
      [['up', '--data', join(shop, 'app.py')], 3],
    ];
    for (const [words, status] of rows)
      assert.equal((await platform.fairlead(shop, ...words)).status, status, words.join(' '));
  });

  it('ends without a word when nobody reads on', async () => {
    const child = begin('help');
    child.stdout?.destroy();
    assert.deepEqual(await ended(child), { status: 0, err: '' });
  });

  it('that follows logs ends when its reader has read enough', async () => {
    const child = begin('logs', '--follow');
    const over = ended(child);
    await firstOutput(child);
    child.stdout?.destroy();
    // The next line finds nobody.
    assert.equal((await platform.get('shop.localhost')).status, 200);
    assert.deepEqual(await over, { status: 0, err: '' });
  });

  it('that follows logs ends well with Ctrl-C', async () => {
    const child = begin('logs', '-f');
    const over = ended(child);
    await firstOutput(child);
    child.kill('SIGINT');
    assert.deepEqual(await over, { status: 0, err: '' });
  });

  it('that watches a change says with Ctrl-C that it goes on', async () => {
    const child = begin('config', 'set', 'A=1');
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const { status, err } = await ended(child);
    assert.equal(status, 130, err);
    assert.match(err, /interrupted: what had begun goes on\n$/);
  });

  it('starts without what it does not need', async () => {
    const hook = `import { registerHooks } from 'node:module';
      registerHooks({ load: (url, context, next) => (process.stderr.write(url + '\\n'), next(url, context)) });`;
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        '--import',
        `data:text/javascript,${encodeURIComponent(hook)}`,
        resolve(import.meta.dirname, '../../packages/cli/src/main.ts'),
        'version',
      ],
      { env: platform.env, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const { status, err } = await ended(child);
    assert.equal(status, 0, err);
    const own = err.split('\n').filter((url) => url.startsWith('file:'));
    assert.ok(own.length > 5 && own.length < 20, err);
    assert.doesNotMatch(err, /packages\/(kube|engine|platform)|undici|typebox|\/yaml\//);
  });
});
