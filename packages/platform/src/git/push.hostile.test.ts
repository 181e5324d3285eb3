import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { blob, commit, type GitObject, nothing, packOf, pushOf, repeat, tree } from './handmade.fixture.ts';
import { allEnded, openScene, type Scene } from './hostile.fixture.ts';
import { flushPacket, packet } from './packet.ts';

const file = blob('print(1)\n');
const files = tree([['100644', 'app.py', file.id]]);
const first = commit(files);
const changed = tree([['100644', 'other.py', file.id]]);
const second = commit(changed);
const firstPush = pushOf([`${nothing} ${first.id} refs/heads/main`], packOf(file, files, first));

const push = (scene: Scene, body: Uint8Array) => scene.post('git-receive-pack', body);
const untilDeploying = async ({ deployed }: Scene): Promise<void> => {
  while (deployed.length === 0) await new Promise((next) => setTimeout(next, 5));
};

test('names that git itself would only look at after its hook are refused before it', async () => {
  await using scene = await openScene();
  const stolen = join(tmpdir(), 'fairlead-option-of-git');
  const to = `${nothing} ${first.id}`;
  const bad = [
    [`${to} refs/heads/x\n${nothing} --output=${stolen} refs/heads/main`],
    [`${to} refs/heads/x\n${to} refs/heads/main`],
    [`${nothing} --output=${stolen} refs/heads/main`],
    [`${to} refs/heads/main`, `${nothing} ${second.id} refs/heads/main`],
    ...[
      'HEAD',
      'config',
      '../x',
      'refs/heads/../../x',
      'refs/heads/.x',
      'refs/heads/x.lock',
      'refs//x',
      'refs/x y',
      'refs/x\x7f',
      'refs/x/',
      '',
    ].map((ref) => [`${to} ${ref}`]),
    Array.from({ length: 2001 }, (_, index) => `${to} refs/heads/b${index}`),
    ['push-cert'],
  ];
  for (const updates of bad) {
    const { status, text } = await push(scene, pushOf(updates, packOf(file, files, first)));
    assert.deepEqual([status, text.split('  ')[0]], [400, '✘ E_PUSH_REFS'], String(updates[0]));
  }
  assert.deepEqual(scene.deployed, []);
  assert.ok(!existsSync(stolen));
  assert.equal(await scene.main(), '');
});

test('a body that is not what it says ends its own request only', async () => {
  await using scene = await openScene();
  const gzip = { 'content-encoding': 'gzip' };
  const bodies: readonly (readonly [string, Uint8Array, Record<string, string>])[] = [
    ['git-receive-pack', Buffer.from('not gzip'), gzip],
    ['git-receive-pack', gzipSync(firstPush).subarray(0, 40), gzip],
    ['git-receive-pack', gzipSync(Buffer.alloc(20_000_000)), gzip],
    [
      'git-receive-pack',
      gzipSync(pushOf([`${nothing} ${first.id} refs/heads/main`], Buffer.alloc(20_000_000))),
      gzip,
    ],
    ['git-upload-pack', Buffer.from('not gzip'), gzip],
    [
      'git-upload-pack',
      gzipSync(Buffer.concat(Array<Buffer>(400_000).fill(packet(`want ${first.id}\n`)))),
      gzip,
    ],
    ['git-upload-pack', Buffer.from('zzzz'), {}],
    ['git-receive-pack', Buffer.from('zzzz'), {}],
    ['git-receive-pack', new Uint8Array(), {}],
    ['git-receive-pack', flushPacket, {}],
    ['git-receive-pack', firstPush.subarray(0, 100), {}],
    ['git-receive-pack', firstPush.subarray(0, -30), {}],
  ];
  await scene.main();
  for (const [action, body, headers] of bodies) await scene.post(action, body, headers);
  assert.deepEqual(scene.deployed, []);
  assert.match((await push(scene, firstPush)).text, /ok refs\/heads\/main/);
});

test('a push whose branch has moved since deploys nothing', async () => {
  await using scene = await openScene();
  await push(scene, firstPush);
  const stale = pushOf([`${nothing} ${second.id} refs/heads/main`], packOf(changed, second));
  assert.match((await push(scene, stale)).text, /E_PUSH_STALE/);
  assert.deepEqual([scene.deployed.length, await scene.main()], [1, first.id]);
});

test('of two pushes at once the second is refused until the first has ended', async () => {
  await using scene = await openScene();
  const held = Promise.withResolvers<void>();
  scene.hold = held.promise;
  const going = push(scene, firstPush);
  await untilDeploying(scene);
  const next = pushOf([`${nothing} ${second.id} refs/heads/main`], packOf(file, changed, second));
  assert.match((await push(scene, next)).text, /E_PUSH_BUSY/);
  held.resolve();
  assert.match((await going).text, /ok refs\/heads\/main/);
  await allEnded(scene);
  const later = pushOf([`${first.id} ${second.id} refs/heads/main`], packOf(changed, second));
  assert.match((await push(scene, later)).text, /ok refs\/heads\/main/);
  assert.deepEqual(
    scene.deployed.map((each) => each.commit),
    [first.id, second.id],
  );
});

test('a pusher who goes away before all is there leaves no process and no deploy', async () => {
  await using scene = await openScene();
  await scene.main();
  for (const length of [10, 120, firstPush.length - 5]) {
    const begun = scene.begin(firstPush.subarray(0, length));
    await new Promise((next) => setTimeout(next, 100));
    begun.destroy();
    await allEnded(scene);
  }
  assert.deepEqual([scene.deployed, await scene.main()], [[], '']);
});

test('a push that has arrived is carried out, also when its pusher has gone', async () => {
  await using scene = await openScene();
  const held = Promise.withResolvers<void>();
  scene.hold = held.promise;
  const begun = scene.begin(firstPush);
  await untilDeploying(scene);
  begun.destroy();
  await new Promise((next) => setTimeout(next, 50));
  held.resolve();
  await allEnded(scene);
  assert.equal(await scene.main(), first.id);
});

test('what a few bytes stand for is bounded', async () => {
  await using scene = await openScene();
  const zeros = blob(Buffer.alloc(0xffffff));
  const bomb = packOf(zeros, repeat(zeros, 0xffffff, 60));
  assert.match((await push(scene, pushOf([`${nothing} ${zeros.id} refs/tags/x`], bomb))).text, /over limit/);
  const levels: GitObject[] = [file];
  for (let level = 0; level < 9; level += 1) {
    const mode = level === 0 ? '100644' : '40000';
    const below = levels.at(-1)?.id ?? '';
    levels.push(tree(Array.from({ length: 10 }, (_, index) => [mode, String(index), below] as const)));
  }
  const top = commit(levels.at(-1) ?? file);
  scene.most = 1_000_000;
  const many = await push(scene, pushOf([`${nothing} ${top.id} refs/heads/main`], packOf(...levels, top)));
  assert.match(many.text, /ok refs\/heads\/main/);
  await allEnded(scene);
});

test('trees that would leave their folder, or run something, are not taken', async () => {
  await using scene = await openScene();
  const modules = blob('[submodule "x"]\n\tpath = x\n\turl = --upload-pack=false\n');
  const trees = [
    tree([['100644', '.git', file.id]]),
    tree([['40000', '.GIT', files.id]]),
    tree([['100644', '..', file.id]]),
    tree([['100644', 'a/../../b', file.id]]),
    tree([
      ['100644', 'a', file.id],
      ['100644', 'a', file.id],
    ]),
    tree([
      ['100644', '.gitmodules', modules.id],
      ['160000', 'x', first.id],
    ]),
  ];
  for (const each of trees) {
    const made = commit(each);
    const pack = packOf(file, files, modules, each, made);
    const { text } = await push(scene, pushOf([`${nothing} ${made.id} refs/heads/main`], pack));
    assert.match(text, /unpacker error/, text);
  }
  assert.deepEqual(scene.deployed, []);
});

test('what is no commit, or lacks files, is not deployed', async () => {
  await using scene = await openScene();
  const lacking = commit(tree([['100644', 'app.py', blob('nowhere').id]]));
  const pushes = [
    pushOf([`${nothing} ${file.id} refs/heads/main`], packOf(file)),
    pushOf(
      [`${nothing} ${lacking.id} refs/heads/main`],
      packOf(tree([['100644', 'app.py', blob('nowhere').id]]), lacking),
    ),
    pushOf([`${nothing} ${'1'.repeat(40)} refs/heads/main`], packOf(file)),
  ];
  for (const each of pushes) {
    const { text } = await push(scene, each);
    assert.match(text, /E_SOURCE_UNSAFE|unpacker error/, text);
  }
  assert.deepEqual([scene.deployed, await scene.main()], [[], '']);
});
