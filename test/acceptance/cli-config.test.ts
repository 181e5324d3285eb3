import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type App, apps as appType } from '@fairlead/api';
import { kind, namespaces, secrets } from '@fairlead/kube';
import type { Seen } from '../../packages/cli/src/person.fixture.ts';
import { openClient, openTerminal } from './person.ts';
import { openPlatform } from './platform.ts';
import { missingTool } from './tools.ts';

const apps = kind<App>(appType);

const well = ({ status, text, out }: Seen): string => {
  assert.equal(status, 0, text);
  return out;
};

// Nothing is deployed here: configuration and names need no running copies.
test('configuration, namespaces and remotes', { skip: missingTool('git'), timeout: 120_000 }, async (t) => {
  await using platform = await openPlatform();
  await using api = await openClient(platform);
  const { client } = api;
  const person = openTerminal(platform);
  const shop = await platform.repository('shop', { 'README.md': 'nothing' });
  const fairlead = (...words: string[]): Promise<Seen> => person.fairlead(shop, ...words);
  const name = { namespace: 'default', name: 'shop' };
  const variables = async (): Promise<unknown> => JSON.parse(well(await fairlead('config', '-o', 'json')));
  const summary = async (): Promise<string> =>
    well(await fairlead('releases'))
      .split('\n')[1]
      ?.replace(/ +admin.*/, '') ?? '';
  well(await fairlead('create'));

  await t.test('values are taken as they are', async () => {
    const values = {
      EMPTY: '',
      EQUALS: 'a=b==c',
      GREETING: 'grüß 🚢 "quoted" $HOME `x` \\',
      LINES: 'one\ntwo\r\n\tthree',
      NAME: 'upper',
      name: 'lower',
      DASH: '-x',
      LARGE: 'x'.repeat(100_000),
    };
    well(await fairlead('config:set', ...Object.entries(values).map(([key, value]) => `${key}=${value}`)));
    assert.deepEqual(await variables(), values);
    const shown = well(await fairlead('config:list'));
    assert.equal(shown.split('\n').length, Object.keys(values).length + 1);
    assert.match(shown, /^LINES=one\\ntwo\\r\\n\\tthree$/m);
    assert.equal(
      await summary(),
      'v2        Succeeded   added DASH, EMPTY, EQUALS, GREETING, LARGE, LINES, NAME, name',
    );
  });

  await t.test('they are in no App and no Release, only in a Secret whose name says nothing', async () => {
    const { items } = await client.resource(secrets).list({ namespace: 'default' });
    const own = items.filter(({ metadata }) => metadata.name.startsWith('shop-env-'));
    assert.equal(own.length, 1);
    assert.partialDeepStrictEqual(own[0], {
      immutable: true,
      metadata: { labels: { 'fairlead.dev/app': 'shop' } },
    });
    const texts = [
      well(await fairlead('info', '-o', 'json')),
      well(await fairlead('releases', '-o', 'json')),
    ];
    for (const text of texts) assert.doesNotMatch(text, /quoted|three|lower/);
  });

  await t.test('some are changed, some removed, the others stay', async () => {
    well(await fairlead('config', 'set', 'NAME=Upper', 'NEW=1', 'NEW=2'));
    assert.match(await summary(), /^v3 .*added NEW, changed NAME$/);
    well(await fairlead('config', 'unset', 'LARGE', 'EMPTY', 'DASH', 'LINES', 'GREETING', 'EQUALS'));
    assert.deepEqual(await variables(), { NAME: 'Upper', NEW: '2', name: 'lower' });
    assert.match(well(await fairlead('config', 'set', 'NEW=2')), /^nothing changed: v4 is the newest\n/);
    well(await fairlead('config:unset', 'NEW', 'NAME', 'name'));
    assert.equal(well(await fairlead('config')), '');
    assert.match(await summary(), /^v5 .*removed NAME, NEW, name$/);
  });

  await t.test('what cannot be is refused, and changes nothing', async () => {
    const rows: readonly (readonly [string[], RegExp])[] = [
      [
        ['set', `A=${'x'.repeat(1_000_000)}`],
        /✘ E_CONFIG_LARGE {2}the value of A is too large\n.*1000000 bytes; 131069 are/,
      ],
      [
        ['set', ...Array.from({ length: 11 }, (_, index) => `A${index}=${'x'.repeat(100_000)}`)],
        /✘ E_CONFIG_LARGE {2}the configuration of shop is too large\n.*1048576 are allowed in all/,
      ],
      [['set', 'A=a\0b'], /✘ E_CONFIG_VALUE {2}the value of A cannot/],
      [['unset', 'NOPE'], /✘ E_CONFIG_NOT_FOUND {2}shop has no variable NOPE\n.*its variables are: none/],
    ];
    for (const [words, expected] of rows) {
      const { status, err } = await fairlead('config', ...words);
      assert.match(err, expected);
      assert.equal(status, 1);
      assert.ok(err.length < 500, 'a value is not repeated');
    }
    assert.equal(well(await fairlead('config')), '');
  });

  await t.test('what others set stays theirs', async () => {
    await client.resource(secrets).create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'vault', namespace: 'default' },
      stringData: { token: 'hunter2' },
    });
    const env = [
      { name: 'CLEAR', value: 'yes' },
      { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'vault', key: 'token' } } },
    ];
    await client.resource(apps).patch(name, { type: 'merge', body: { spec: { env } } });
    well(await fairlead('config', 'set', 'OWN=1'));
    assert.deepEqual(await variables(), { CLEAR: 'yes', OWN: '1', TOKEN: 'hunter2' });
    const { spec } = await client.resource(apps).get(name);
    assert.deepEqual(spec.env?.slice(0, 2), env);
    well(await fairlead('config', 'set', 'TOKEN=own'));
    well(await fairlead('config', 'unset', 'CLEAR'));
    assert.deepEqual(await variables(), { OWN: '1', TOKEN: 'own' });
  });

  await t.test('values that were lost are not taken for empty ones', async () => {
    const { spec } = await client.resource(apps).get(name);
    const secret = spec.env?.[0]?.valueFrom?.secretKeyRef.name ?? '';
    await client.resource(secrets).delete({ namespace: 'default', name: secret });
    for (const words of [['config'], ['config', 'set', 'MORE=1'], ['config', 'set', 'OWN=1']]) {
      const { status, err } = await fairlead(...words);
      assert.match(err, /✘ E_CONFIG_LOST {2}the values of (OWN, )?TOKEN are gone/);
      assert.equal(status, 1);
    }
    well(await fairlead('config', 'set', 'OWN=1', 'TOKEN=2'));
    assert.deepEqual(await variables(), { OWN: '1', TOKEN: '2' });
  });

  await t.test('of many who change it at the same time each one has its say', async () => {
    const names = ['P', 'Q', 'R', 'S', 'T'];
    const all = await Promise.all(names.map((each) => fairlead('config', 'set', `${each}=1`)));
    for (const seen of all) well(seen);
    assert.deepEqual(Object.keys((await variables()) as object), ['OWN', ...names, 'TOKEN']);
  });

  await t.test('a namespace must be there, and is named by --namespace or the remote', async () => {
    const nowhere = await fairlead('create', 'other', '--namespace', 'team-a');
    assert.match(nowhere.err, /✘ E_NAMESPACE_NOT_FOUND {2}there is no namespace team-a/);
    assert.equal(nowhere.status, 1);
    const team = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } };
    await client.resource(namespaces).create(team);
    const other = join(platform.folder, 'other');
    await mkdir(other);
    await platform.git(other, 'init', '--quiet');
    assert.match(
      well(await person.fairlead(other, 'create', 'shop', '--namespace', 'team-a')),
      /address {2}http:\/\/shop--team-a\.localhost:\d+\n {2}deploy {3}git push fairlead main\n/,
    );
    assert.match(well(await person.fairlead(other, 'info')), /^namespace +team-a$/m);
    assert.match(
      well(await person.fairlead(other, 'info', '--namespace', 'default')),
      /^namespace +default$/m,
    );
    assert.match(well(await person.fairlead(other, 'info', '--app', 'shop')), /^namespace +default$/m);
    for (const each of ['b-app', 'a-app']) well(await fairlead('create', each));
    const listed = well(await fairlead('apps', '--all-namespaces', '-o', 'name'));
    assert.equal(listed, 'default/a-app\ndefault/b-app\ndefault/shop\nteam-a/shop\n');
    assert.equal(well(await fairlead('apps', '-o', 'name', '--namespace', 'team-a')), 'shop\n');
    assert.match(well(await fairlead('apps', '-A')), /^NAMESPACE +NAME +PHASE[^]*\nteam-a +shop +Pending /);
  });

  await t.test('a remote that is in use stays, one that leads nowhere is replaced', async () => {
    const { port } = platform;
    const remote = async (): Promise<string> =>
      (await platform.git(shop, 'remote', 'get-url', 'fairlead')).out;
    assert.equal(await remote(), `http://localhost:${port}/git/default/shop.git\n`);
    const c = await fairlead('create', 'c-app');
    assert.match(
      c.err,
      /the git remote fairlead stays as it is: \S+shop\.git\n {2}change it with {2}fairlead git remote --app c-app\n/,
    );
    assert.match(c.out, /deploy {3}fairlead deploy --app c-app\n/);
    assert.match(
      well(await fairlead('git:remote', '--app', 'c-app')),
      /leads to \S+\/git\/default\/c-app\.git\n$/,
    );
    assert.match(well(await fairlead('info')), /^name +c-app$/m);
    well(await fairlead('destroy', '--confirm', 'c-app'));
    assert.equal(await remote(), '');
    await platform.git(shop, 'remote', 'add', 'fairlead', 'http://localhost:9/git/default/old.git');
    well(await fairlead('create', 'd-app'));
    assert.equal(await remote(), `http://localhost:${port}/git/default/d-app.git\n`);
    const outside = join(platform.folder, 'outside');
    await mkdir(outside);
    assert.match(
      well(await person.fairlead(outside, 'create', 'e-app')),
      /deploy {3}fairlead deploy --app e-app\n/,
    );
    assert.match((await person.fairlead(outside, 'git', 'remote', '-a', 'e-app')).err, /✘ E_NO_REPOSITORY/);
  });
});
