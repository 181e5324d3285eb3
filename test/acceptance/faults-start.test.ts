import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import { plainApp } from './apps.ts';
import { openPlatform, type Platform } from './platform.ts';
import { attemptsOf, eventually, partsOf, processesUnder } from './processes.ts';
import { missingTool } from './tools.ts';
import { well } from './versions.ts';

/** An app that does not end when it is told to. */
const stubbornApp = {
  Procfile: 'web: python3 stubborn.py\n',
  'app.py': '',
  'stubborn.py': `import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
${plainApp(1)['app.py']}`,
};

describe('starting and stopping', { skip: missingTool('python3', 'kubectl'), timeout: 300_000 }, () => {
  let platform: Platform;
  before(async () => {
    platform = await openPlatform();
    const shop = await platform.repository('shop', plainApp(1));
    well(await platform.fairlead(shop, 'create'));
    well(await platform.git(shop, 'push', 'fairlead', 'main'));
  });
  after(async () => {
    // The stop is the second one: nobody waits for the app that does not want to.
    platform.process.kill('SIGINT');
    await platform[Symbol.asyncDispose]();
  });

  const page = async (): Promise<string> =>
    (await platform.get('shop.localhost').catch(() => ({ body: 'no answer' }))).body;

  const answers = (seconds: number): Promise<string> =>
    eventually('the app answers', page, { holds: (body) => body === 'version 1\n', seconds });

  const pods = async (): Promise<string> => well(await platform.kubectl('get', 'pods', '-o', 'name'));

  const nothingLeft = async (seconds = 0): Promise<void> => {
    await eventually('nothing is left', () => processesUnder(platform.folder), {
      holds: (found) => found.length === 0,
      seconds,
    });
  };

  /** Another command on a folder of its own, which is to fail. */
  const upElsewhere = (listen: string, api: string) =>
    platform.fairlead(
      platform.folder,
      'up',
      `--data=${join(platform.folder, 'elsewhere')}`,
      `--listen=${listen}`,
      `--api-listen=${api}`,
    );

  test('a stop ends the apps, and the next start takes the same pods up again', async () => {
    const named = await pods();
    await platform.stop();
    assert.equal(platform.process.exitCode, 0);
    await nothingLeft();
    await platform.up();
    await answers(5);
    assert.equal(await pods(), named);
  });

  test('a second command on the folder says so and harms nobody', async () => {
    const ended = await platform.fairlead(
      platform.folder,
      'up',
      `--data=${join(platform.folder, 'data')}`,
      '--listen=:0',
      '--api-listen=:0',
    );
    assert.equal(ended.status, 1);
    assert.match(ended.err, /E_DATA_LOCKED/);
    assert.equal(await page(), 'version 1\n');
  });

  test('an address in use is named with its option, and nothing stays behind', async () => {
    const taken = `127.0.0.1:${platform.port}`;
    const before = processesUnder(platform.folder).length;
    const visitors = await upElsewhere(taken, '127.0.0.1:0');
    assert.match(visitors.err, /E_LISTEN {2}cannot listen on 127\.0\.0\.1:\d+[^]*--listen HOST:PORT/);
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as { port: number };
    const api = await upElsewhere('127.0.0.1:0', `127.0.0.1:${port}`);
    server.close();
    assert.match(api.err, /E_LISTEN {2}cannot listen on 127\.0\.0\.1:\d+[^]*--api-listen HOST:PORT/);
    assert.deepEqual([visitors.status, api.status], [3, 3]);
    assert.equal(processesUnder(platform.folder).length, before);
  });

  test('a folder with a long path works as well', async () => {
    const long = join(platform.folder, 'long-'.repeat(24));
    const second = await openPlatform({ data: long });
    try {
      const app = await second.repository('shop', plainApp(1));
      well(await second.fairlead(app, 'create'));
      well(await second.git(app, 'push', 'fairlead', 'main'));
      assert.equal((await second.get('shop.localhost')).body, 'version 1\n');
      // By the agent's socket.
      well(await second.fairlead(app, 'logs'));
    } finally {
      await second[Symbol.asyncDispose]();
    }
  });

  test('a start after a crash that is stopped leaves no app of before', async () => {
    const { process: up } = platform;
    const ended = new Promise((done) => up.once('exit', done));
    const killed = [...partsOf(platform.folder).keys()];
    for (const pid of [up.pid ?? 0, ...killed]) process.kill(pid, 'SIGKILL');
    await ended;
    assert.equal(attemptsOf(processesUnder(platform.folder)).length, 1);
    const starting = platform.up().catch(() => {});
    await eventually('its parts have been started', () => [...partsOf(platform.folder).keys()], {
      holds: (parts) => parts.filter((pid) => !killed.includes(pid)).length === 3,
    });
    await platform.stop();
    await starting;
    await nothingLeft(5);
  });

  for (const moment of [0, 150, 300, 500, 750, 1000, 1500]) {
    test(`a start that is stopped after ${moment} ms leaves nothing`, async () => {
      await platform.stop();
      const starting = platform.up().catch(() => {});
      await pass(moment);
      await platform.stop();
      await starting;
      await nothingLeft(5);
    });
  }

  test('a closed terminal stops it cleanly', async () => {
    await platform.up();
    await answers(5);
    const { process: up } = platform;
    up.stdout?.destroy();
    up.stderr?.destroy();
    const ended = new Promise((done) => up.once('exit', done));
    up.kill('SIGHUP');
    assert.equal(await ended, 0);
    await nothingLeft();
  });

  test('a second Ctrl-C ends an app that does not want to', async () => {
    await platform.up();
    const rock = await platform.repository('rock', stubbornApp);
    well(await platform.fairlead(rock, 'create'));
    well(await platform.git(rock, 'push', 'fairlead', 'main'));
    const { process: up } = platform;
    const ended = new Promise((done) => up.once('exit', done));
    up.kill('SIGINT');
    await eventually('the router has ended', page, { holds: (body) => body === 'no answer', seconds: 5 });
    const again = performance.now();
    up.kill('SIGINT');
    await ended;
    assert.ok(performance.now() - again < 5000);
    await nothingLeft();
    await platform.up();
    await answers(5);
  });
});
