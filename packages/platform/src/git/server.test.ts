import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Auth } from '../auth/index.ts';
import type { ProgressEvent } from '../progress/index.ts';
import { type Listening, listen } from '../server/listen.ts';
import { createGit, createGitServer, openRepositories, type PushedCommit } from './index.ts';

const path = process.env['PATH'] ?? '/usr/bin:/bin';
let folder = '';
let server: Listening;
const pushes: { commit: string; ref: string; tree: Buffer }[] = [];
let outcome: ProgressEvent[] = [];

const auth: Auth = {
  authenticate: async (token) => (token === 'secret' ? { name: 'ann', groups: [] } : undefined),
  authorize: async (_user, { namespace }) => namespace === 'default',
};

async function* deploy({ commit, ref, tree }: PushedCommit): AsyncGenerator<ProgressEvent> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of tree) chunks.push(chunk);
  pushes.push({ commit, ref, tree: Buffer.concat(chunks) });
  yield* outcome;
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'git-server-'));
  const git = createGit(path);
  const hooks = import.meta.dirname;
  const repositories = openRepositories({
    folder: join(folder, 'repositories'),
    hooks,
    git,
    maxBytes: 1_000_000,
  });
  const exists = async ({ app }: { app: string }) => app === 'shop';
  const handler = createGitServer({ auth, ports: { deploy, exists }, repositories, git });
  server = await listen(handler, { host: '127.0.0.1', port: 0 });
});

after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const clientEnvironment = () => ({
  PATH: path,
  HOME: folder,
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
});

const remote = (app = 'default/shop', token = 'secret') =>
  `http://ann:${token}@127.0.0.1:${server.address.port}/git/${app}.git`;

const commit = async (name: string, files: Record<string, string | Buffer>): Promise<string> => {
  const work = join(folder, name);
  await run(folder, 'init', '-q', '-b', 'main', name);
  for (const [file, content] of Object.entries(files)) await writeFile(join(work, file), content);
  await run(work, 'add', '.');
  const done = await run(
    work,
    '-c',
    'user.name=Ann',
    '-c',
    'user.email=ann@example.com',
    'commit',
    '-qm',
    'one',
  );
  assert.equal(done.status, 0, done.text);
  return work;
};

/** The server answers from this very process, so the client must not block it. */
const run = (cwd: string, ...args: string[]): Promise<{ status: number | null; text: string }> =>
  new Promise((resolve) => {
    const child = spawn('git', args, { cwd, env: clientEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('close', (status) => resolve({ status, text }));
  });

const push = (cwd: string, to: string, ...options: string[]) => run(cwd, 'push', ...options, to, 'main');

test('a push that deploys is taken, and the pusher sees how it went', async () => {
  outcome = [
    { type: 'phase', text: 'building' },
    { type: 'log', text: 'Collecting flask' },
    { type: 'end', ok: true, text: 'v2 deployed', url: 'http://shop.localhost' },
  ];
  const work = await commit('good', { 'app.py': 'print(1)\n' });
  const pushed = await push(work, remote());
  assert.equal(pushed.status, 0, pushed.text);
  for (const line of ['-----> building', 'Collecting flask', 'v2 deployed', 'http://shop.localhost'])
    assert.match(pushed.text, new RegExp(line));
  assert.equal(pushes.at(-1)?.ref, 'refs/heads/main');
  assert.ok(pushes.at(-1)?.tree.includes('app.py'));
  const cloned = await run(folder, 'clone', '-q', remote(), 'again');
  assert.equal(cloned.status, 0, cloned.text);
});

test('a push whose deploy failed is refused with the reason, and can be pushed again', async () => {
  outcome = [{ type: 'end', ok: false, text: 'shop could not be built\nwhy: no' }];
  const work = await commit('bad', { 'app.py': 'print(2)\n' });
  for (const attempt of [1, 2]) {
    const pushed = await push(work, remote(), '--force');
    assert.notEqual(pushed.status, 0, `attempt ${attempt}`);
    assert.match(pushed.text, /✘ shop could not be built/);
    assert.match(pushed.text, /pre-receive hook declined/);
  }
});

test('another branch is taken and deploys nothing', async () => {
  const work = await commit('side', { 'app.py': 'print(3)\n' });
  const before = pushes.length;
  const pushed = await run(work, 'push', remote(), 'HEAD:refs/heads/try');
  assert.equal(pushed.status, 0, pushed.text);
  assert.match(pushed.text, /E_PUSH_BRANCH/);
  assert.equal(pushes.length, before);
});

test('the branch that is deployed cannot be deleted', async () => {
  const pushed = await run(join(folder, 'good'), 'push', remote(), '--delete', 'main');
  assert.notEqual(pushed.status, 0);
});

test('an app that does not exist and a foreign one look the same', async () => {
  const work = join(folder, 'good');
  for (const app of ['default/nothing', 'other/shop']) {
    const pushed = await push(work, remote(app));
    assert.notEqual(pushed.status, 0);
    assert.match(pushed.text, /not found|E_APP_NOT_FOUND/);
  }
});

test('a wrong token is refused', async () => {
  const pushed = await push(join(folder, 'good'), remote('default/shop', 'wrong'));
  assert.notEqual(pushed.status, 0);
  assert.match(pushed.text, /Authentication failed|E_UNAUTHORIZED/);
});

test('a pack over the limit is refused and leaves nothing', async () => {
  const noise = Buffer.alloc(3_000_000);
  for (let index = 0; index < noise.length; index += 4)
    noise.writeUInt32LE(Math.floor(Math.random() * 2 ** 32), index);
  const work = await commit('large', { 'data.bin': noise });
  const before = pushes.length;
  const pushed = await push(work, remote(), '--force');
  assert.notEqual(pushed.status, 0);
  assert.match(pushed.text, /exceeds maximum allowed size|unpacker error|unpack/);
  assert.equal(pushes.length, before);
});

test('paths that are no repository are not found', async () => {
  for (const path of [
    '/git/default/shop.git',
    '/git/../etc/shop.git/info/refs',
    '/git/default/-x.git/info/refs?service=git-upload-pack',
  ]) {
    const { status } = await fetch(`http://127.0.0.1:${server.address.port}${path}`);
    assert.equal(status, 404, path);
  }
});
