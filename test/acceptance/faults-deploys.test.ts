import { test } from 'node:test';
import { flaskApp, plainApp } from './apps.ts';
import { openPlatform } from './platform.ts';
import { missingTool } from './tools.ts';
import { assertClean, loadVersions, well } from './versions.ts';

test('20 deploys in a row under 200 requests a second lose no request', {
  skip: missingTool('python3 -m pip'),
  timeout: 300_000,
}, async (t) => {
  await using platform = await openPlatform();
  const shop = await platform.repository('shop', flaskApp(1));
  well(await platform.fairlead(shop, 'create'));
  well(await platform.git(shop, 'push', 'fairlead', 'main'));
  const { load, expect, settle } = loadVersions(platform.port, 'shop.localhost');
  t.after(() => load.stop());
  settle(1);
  for (let version = 2; version <= 21; version += 1) {
    expect(version);
    await platform.commit(shop, flaskApp(version));
    well(await platform.git(shop, 'push', 'fairlead', 'main'));
    // What the push has said is true for the very next request.
    settle(version);
    await load.more(20);
  }
  const report = await load.stop();
  t.diagnostic(`${report.sent} requests, ${JSON.stringify(report.latency)}`);
  assertClean(report);
});

test('scaling, configuring and rolling back under load lose no request, also of an app that dies at once', {
  skip: missingTool('python3'),
  timeout: 300_000,
}, async (t) => {
  await using platform = await openPlatform();
  const shop = await platform.repository('shop', plainApp(1));
  well(await platform.fairlead(shop, 'create'));
  well(await platform.git(shop, 'push', 'fairlead', 'main'));
  const { load, expect, settle } = loadVersions(platform.port, 'shop.localhost');
  t.after(() => load.stop());
  settle(1);
  for (const copies of [4, 1, 5, 2, 3, 1]) {
    well(await platform.fairlead(shop, 'scale', `web=${copies}`));
    await load.more(20);
  }
  well(await platform.fairlead(shop, 'scale', 'web=2'));
  for (let version = 2; version <= 5; version += 1) {
    expect(version);
    await platform.commit(shop, plainApp(version));
    well(await platform.git(shop, 'push', 'fairlead', 'main'));
    settle(version);
    well(await platform.fairlead(shop, 'config', 'set', `TURN=${version}`));
  }
  for (const [release, version] of [
    ['v2', 1],
    ['v4', 2],
    ['v6', 3],
  ] as const) {
    expect(version);
    well(await platform.fairlead(shop, 'rollback', release));
    settle(version);
    await load.more(20);
  }
  const report = await load.stop();
  t.diagnostic(`${report.sent} requests, ${JSON.stringify(report.latency)}`);
  assertClean(report);
});
