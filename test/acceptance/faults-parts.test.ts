import assert from 'node:assert/strict';
import { before, after, describe, test } from 'node:test';
import { plainApp } from './apps.ts';
import type { LoadReport } from './load.ts';
import { openPlatform, type Platform } from './platform.ts';
import { attemptsOf, eventually, type Found, partsOf, processesUnder } from './processes.ts';
import { missingTool } from './tools.ts';
import { assertClean, loadVersions, well } from './versions.ts';

const copies = 2;

describe('one part of the platform is killed', {
  skip: missingTool('python3', 'kubectl'),
  timeout: 300_000,
}, () => {
  let platform: Platform;
  let shop: string;
  let release = 1;
  before(async () => {
    platform = await openPlatform();
    shop = await platform.repository('shop', plainApp(release));
    well(await platform.fairlead(shop, 'create'));
    well(await platform.git(shop, 'push', 'fairlead', 'main'));
    well(await platform.fairlead(shop, 'scale', `web=${copies}`));
  });
  after(() => platform[Symbol.asyncDispose]());

  const kill = (name: string): number => {
    const [pid = 0] = [...partsOf(platform.folder)].find(([, part]) => part === name) ?? [];
    assert.notEqual(pid, 0, `${name} runs`);
    process.kill(pid, 'SIGKILL');
    return pid;
  };

  /** The pids of the apps' first processes. */
  const running = (): number[] =>
    processesUnder(platform.folder)
      .filter(({ attempt, leads }) => attempt !== undefined && leads)
      .map(({ pid }) => pid)
      .toSorted((a, b) => a - b);

  /** Another process is there for it. */
  const isBack = (name: string, killed: number): Promise<Map<number, string>> =>
    eventually(`the ${name} is back`, () => partsOf(platform.folder), {
      holds: (parts) => [...parts].some(([pid, part]) => part === name && pid !== killed),
    });

  const answersApi = async (): Promise<void> => {
    await eventually('the API answers', () => platform.kubectl('get', '--raw', '/readyz'), {
      holds: ({ status }) => status === 0,
    });
  };

  const deploys = async (): Promise<void> => {
    release += 1;
    await platform.commit(shop, plainApp(release));
    well(await platform.git(shop, 'push', 'fairlead', 'main'));
    assert.equal((await platform.get('shop.localhost')).body, `version ${release}\n`);
  };

  const nothingDoubled = async (): Promise<void> => {
    await eventually<Found[]>('nothing is doubled', () => processesUnder(platform.folder), {
      holds: (found) =>
        attemptsOf(found).length === copies && found.filter(({ part }) => part !== undefined).length === 3,
    });
  };

  const underLoad = async (work: () => Promise<void>): Promise<LoadReport> => {
    const { load, settle } = loadVersions(platform.port, 'shop.localhost', 60);
    try {
      settle(release);
      await load.more(50);
      await work();
      await load.more(50);
    } finally {
      await load.stop();
    }
    return load.report();
  };

  test('the control plane: requests go on without a failure, and it comes back by itself', async (t) => {
    const apps = running();
    const report = await underLoad(async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        await isBack('control-plane', kill('control-plane'));
        await answersApi();
      }
    });
    t.diagnostic(`${report.sent} requests`);
    assertClean(report);
    assert.deepEqual(running(), apps);
    await deploys();
    await nothingDoubled();
  });

  test('the node agent: its pods go on, and the next one takes them up', async () => {
    const apps = running();
    const report = await underLoad(async () => {
      for (let turn = 0; turn < 3; turn += 1) await isBack('node', kill('node'));
    });
    assertClean(report);
    assert.deepEqual(running(), apps);
    await deploys();
    await nothingDoubled();
  });

  test('the router: it is back at once, and the apps never went', async (t) => {
    const apps = running();
    const killed = performance.now();
    await isBack('router', kill('router'));
    await eventually('the app answers', () => platform.get('shop.localhost').catch(() => ({ status: 0 })), {
      holds: ({ status }) => status === 200,
      seconds: 5,
    });
    t.diagnostic(`${Math.round(performance.now() - killed)} ms without a router`);
    assert.deepEqual(running(), apps);
    await deploys();
    await nothingDoubled();
  });

  test('the command: all parts go on, and the next one replaces them', async () => {
    const apps = running();
    const report = await underLoad(async () => {
      platform.process.kill('SIGKILL');
      await answersApi();
    });
    assertClean(report);
    assert.deepEqual(running(), apps);
    await deploys();
    const kept = running();
    const parts = [...partsOf(platform.folder).keys()];
    await platform.up();
    const replaced = [...partsOf(platform.folder).keys()];
    assert.deepEqual(
      parts.filter((pid) => replaced.includes(pid)),
      [],
    );
    assert.equal((await platform.get('shop.localhost')).status, 200);
    assert.deepEqual(running(), kept);
    await deploys();
    await nothingDoubled();
  });
});
