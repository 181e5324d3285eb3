import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Seen } from '../../packages/cli/src/person.fixture.ts';
import { openTerminal } from './person.ts';
import { openPlatform, type Platform } from './platform.ts';
import { missingTool } from './tools.ts';

const well = ({ status, text, out }: Seen): string => {
  assert.equal(status, 0, text);
  return out;
};

/** What a person sees, without what differs from one time to the next. */
const plain = ({ port }: Platform, text: string): string =>
  text
    .replaceAll(String(port), 'PORT.')
    .replace(/\d+s$/gm, 'AGE')
    .replace(/\b[a-f0-9]{12}\b/g, 'DIGEST')
    .replace(/-[a-z0-9]{9,10}-[a-z0-9]{5}\b/g, '-POD');

test('the command line from create to destroy', {
  skip: missingTool('python3', 'git'),
  timeout: 180_000,
}, async (t) => {
  await using platform = await openPlatform();
  const person = openTerminal(platform);
  const shop = await platform.repository('shop', 'plain-python');
  const fairlead = (...words: string[]): Promise<Seen> => person.fairlead(shop, ...words);
  const refused = async (code: RegExp, ...words: string[]): Promise<string> => {
    const { status, err, out } = await fairlead(...words);
    assert.equal(status, 1, `${words.join(' ')}: ${err}`);
    assert.equal(out, '');
    assert.match(err, code);
    return err;
  };

  await t.test('create names the address and the next step', async () => {
    assert.equal(
      plain(platform, well(await fairlead('create'))),
      'shop is created: v1\n  address  http://shop.localhost:PORT.\n  deploy   git push fairlead main\n',
    );
    assert.match(await refused(/✘ E_APP_EXISTS/, 'create'), /fairlead git remote --app shop\n$/);
  });

  await t.test('before the first deploy there is nothing to show, roll back or scale up', async () => {
    assert.equal(well(await fairlead('ps')), 'no copy of shop runs; see  fairlead info\n');
    const logs = await fairlead('logs');
    assert.deepEqual(
      [logs.status, logs.out, logs.err],
      [0, '', 'no copy of shop runs; see  fairlead info\n'],
    );
    await refused(/✘ E_ROLLBACK_NOTHING {2}shop has nothing to go back to/, 'rollback');
    await refused(/✘ E_ROLLBACK_FIRST/, 'rollback', 'v1');
    assert.equal(well(await fairlead('scale', 'web=1')).split('\n')[0], '0 of 0 copies are ready');
    assert.equal(well(await fairlead('config')), '');
  });

  await t.test('deploy shows the way and ends with the address', async () => {
    const seen = await fairlead('deploy');
    assert.equal(plain(platform, well(seen)), 'v2 deployed\n  http://shop.localhost:PORT.\n');
    assert.match(seen.err, /^-----> building shop-[a-f0-9]{12}\n[^]*-----> v2 is rolling out\n/);
    assert.match((await platform.get('shop.localhost')).body, /^hello from \d+\n$/);
    // The same again is nothing new.
    assert.match(well(await fairlead('deploy', '.')), /^nothing changed: v2 is the newest\n/);
  });

  await t.test('what changes an app gives programs the app as it is then', async () => {
    const json = JSON.parse(well(await fairlead('deploy', '-o', 'json'))) as { status: { release: number } };
    assert.equal(json.status.release, 2);
    assert.equal(well(await fairlead('scale', 'web=1', '-o', 'name')), 'shop\n');
    assert.match(well(await fairlead('scale', 'web=1', '-o', 'yaml')), /^ {2}phase: Running$/m);
  });

  await t.test('apps, info, ps and releases say how it is', async () => {
    assert.equal(
      plain(platform, well(await fairlead('apps'))),
      `NAME   PHASE     RELEASE   READY   URL                           AGE
shop   Running   v2        1/1     http://shop.localhost:PORT.   AGE
`,
    );
    assert.equal(
      plain(platform, well(await fairlead('info'))),
      `name       shop
namespace  default
address    http://shop.localhost:PORT.
phase      Running, 1 of 1 ready
release    v2, v2 serves
processes  web=1
built      the source has its image
released   v2 deployed DIGEST
available  1 of 1 copies are ready
routed     shop.localhost leads here
ready      v2 runs
`,
    );
    assert.match(
      plain(platform, well(await fairlead('ps'))),
      /^NAME +PROCESS +RELEASE +STATE +RESTARTS +AGE\nshop-web-POD +web +v2 +up +0 +AGE\n$/,
    );
    assert.equal(
      plain(platform, well(await fairlead('releases'))),
      `RELEASE   PHASE       SUMMARY                 BY      AGE
v2        Succeeded   deployed DIGEST   admin   AGE
v1        Succeeded   created                 admin   AGE
`,
    );
    for (const command of ['apps', 'info', 'ps', 'releases']) {
      const json: unknown = JSON.parse(well(await fairlead(command, '--output', 'json')));
      const { parse } = await import('yaml');
      assert.deepEqual(parse(well(await fairlead(command, '-o', 'yaml'))), json, command);
      assert.match(well(await fairlead(command, '-o', 'name')), /^(shop|v2\nv1|shop-web-[-a-z0-9]+)\n$/);
    }
  });

  await t.test(
    'logs are the last lines, or follow what comes, also from the copies of the next release',
    async () => {
      assert.match(well(await fairlead('logs', '-n', '1')), /^shop-web-\S+ \| [^\n]+\n$/);
      assert.equal(well(await fairlead('logs', '-n', '0')), '');
      assert.equal(well(await fairlead('logs', '--process', 'worker')), '');
      const ctrlC = new AbortController();
      const started = new Set<string>();
      const following = person
        .with({
          signal: ctrlC.signal,
          onText: (text) => {
            const pod = /^(\S+) \| listening on/.exec(text)?.[1];
            if (pod !== undefined) started.add(pod);
            // The copy that was there, and the one that the new release brings.
            if (started.size === 2) ctrlC.abort();
          },
        })
        .fairlead(shop, 'logs', '--follow');
      well(await fairlead('config', 'set', 'GREETING=moin'));
      const { status, err } = await following;
      assert.deepEqual({ status, err }, { status: 0, err: '' });
      assert.equal(started.size, 2);
    },
  );

  await t.test('what a person interrupts goes on', async () => {
    const ctrlC = new AbortController();
    const onText = (text: string): void => {
      if (text.includes('----->')) ctrlC.abort();
    };
    const seen = await person
      .with({ signal: ctrlC.signal, onText })
      .fairlead(shop, 'config', 'set', 'GREETING=servus');
    assert.equal(seen.status, 130, seen.text);
    assert.match(seen.err, /interrupted: what had begun goes on\n$/);
    // Whoever asks next sees it through.
    assert.match(well(await fairlead('config', 'set', 'GREETING=servus')), /v4/);
    assert.match((await platform.get('shop.localhost')).body, /^servus from/);
  });

  await t.test('scale sets how many copies run, none too', async () => {
    assert.match(well(await fairlead('scale', 'web=3')), /^3 of 3 copies are ready\n/);
    assert.equal(well(await fairlead('ps')).match(/ up /g)?.length, 3);
    assert.match(well(await fairlead('scale', 'web=0')), /^0 of 0 copies are ready\n/);
    assert.match(well(await fairlead('info')), /^phase +Stopped, 0 of 0 ready$/m);
    assert.equal((await platform.get('shop.localhost')).status, 503);
    assert.match(well(await fairlead('ps:scale', 'web=1')), /^1 of 1 copies are ready\n/);
    await refused(
      /✘ E_PROCESS_NOT_FOUND {2}shop has no process worker\n.*its processes are web/,
      'scale',
      'worker=1',
    );
  });

  await t.test('rollback brings back what served, and nothing else', async () => {
    await writeFile(join(shop, 'app.py'), 'raise SystemExit("I will not start")\n');
    const broken = await fairlead('deploy');
    assert.equal(broken.status, 1, broken.text);
    assert.match(
      broken.err,
      /✘ E_RELEASE_CRASHED {2}v5 of shop does not stay up\n {2}why .*exit code 1[^]*I will not start\n {2}solve/,
    );
    assert.match((await platform.get('shop.localhost')).body, /^servus from/);
    assert.match(well(await fairlead('info')), /^release +v5, v4 serves\n[^]*✘ E_RELEASE_CRASHED {2}v5/m);
    await refused(/✘ E_ROLLBACK_FAILED [^]*v5 failed and never served: E_RELEASE_CRASHED/, 'rollback', 'v5');
    await refused(
      /✘ E_RELEASE_NOT_FOUND {2}shop has no release v99\n.*v1, v2, v3, v4, v5\n/,
      'rollback',
      '99',
    );
    await refused(/✘ E_ROLLBACK_FIRST/, 'releases:rollback', 'v1');
    assert.match(well(await fairlead('rollback', 'v2')), /^v6 deployed\n/);
    assert.match((await platform.get('shop.localhost')).body, /^hello from/);
    assert.match(well(await fairlead('rollback')), /^v7 deployed\n/);
    assert.match((await platform.get('shop.localhost')).body, /^servus from/);
    const [newest = '', before = ''] = well(await fairlead('releases'))
      .split('\n')
      .slice(1);
    assert.match(newest, /^v7 +Succeeded +rolled back to v4 /);
    assert.match(before, /^v6 +Succeeded +rolled back to v2 /);
  });

  await t.test('an image that cannot be had leaves the app as it was', async () => {
    const seen = await fairlead('deploy', '--image', 'Not An Image');
    assert.equal(seen.status, 3, seen.text);
    assert.match(seen.err, /✘ E_RELEASE_STALLED [^]*"Not An Image" is not the name of an image/);
    assert.match((await platform.get('shop.localhost')).body, /^servus from/);
    assert.match(well(await fairlead('rollback', 'v7')), /deployed/);
  });

  await t.test('a folder elsewhere is deployed to the app that is named', async () => {
    const folder = join(platform.folder, 'not a name');
    await mkdir(folder);
    const nameless = await person.fairlead(folder, 'deploy');
    assert.match(nameless.err, /✘ E_APP_UNNAMED/);
    const empty = await person.fairlead(folder, 'deploy', '-a', 'shop');
    assert.match(empty.err, /✘ E_FOLDER {2}\S.* cannot be deployed\n {2}why {4}it has no file/);
    const missing = await person.fairlead(folder, 'deploy', '-a', 'nope');
    assert.match(missing.err, /✘ E_APP_NOT_FOUND {2}there is no app nope in the namespace default/);
    const unknown = await person.fairlead(shop, 'deploy', '--runtime', 'cobol');
    assert.match(unknown.err, /✘ E_BUILD_UNKNOWN_RUNTIME {2}there is no runtime cobol\n.*: python\n/);
    assert.match((await platform.get('shop.localhost')).body, /^servus from/);
  });

  await t.test('destroy asks, and is taken at its word only', async () => {
    await refused(/✘ E_APP_STILL_THERE/, 'destroy');
    await refused(/✘ E_APP_STILL_THERE/, 'destroy', '--confirm', 'Shop');
    for (const answers of ['shap\n', '']) {
      const { status, err } = await person.with({ answers }).fairlead(shop, 'destroy');
      assert.match(err, /^This destroys shop: [^]*Type its name to go on: ✘ E_APP_STILL_THERE/);
      assert.equal(status, 1);
    }
    assert.equal(
      well(await person.with({ answers: 'shop\n' }).fairlead(shop, 'destroy')),
      'shop is destroyed\n',
    );
    assert.equal((await platform.get('shop.localhost')).status, 404);
    assert.equal((await platform.git(shop, 'remote')).out, '');
    await refused(/✘ E_APP_NOT_FOUND/, 'info');
    assert.equal(well(await fairlead('apps')), 'no apps yet; make one with  fairlead create NAME\n');
  });

  await t.test('a platform that is gone is named, and so is how to bring it back', async () => {
    await platform.stop();
    const { status, err } = await fairlead('apps');
    assert.match(
      err,
      /✘ E_API_UNREACHABLE {2}the platform at 127\.0\.0\.1:\d+ does not answer\n.*nothing listens there/,
    );
    assert.match(err, /solve {2}start it with {2}fairlead up/);
    assert.equal(status, 3);
  });
});
