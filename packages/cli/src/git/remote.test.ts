import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, after, it } from 'node:test';
import { registerContext } from '../contexts/contexts.ts';
import type { Io } from '../io.ts';
import { appOfRemote, appOfUrl, dropRemote, hasRepository, setRemote } from './remote.ts';

const token = 'hunter2-"$(touch pwned)"';
let folder = '';
let io: Io;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead it's here "));
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    FAIRLEAD_HOME: join(folder, "the person's home"),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
  const cwd = join(folder, 'my shop');
  await mkdir(cwd);
  io = { env, cwd } as unknown as Io;
});
after(() => rm(folder, { recursive: true, force: true }));

const git = (...args: string[]): Promise<{ status: number | null; out: string }> =>
  new Promise((done) => {
    const child = spawn('git', args, { cwd: io.cwd, env: io.env, stdio: ['ignore', 'pipe', 'ignore'] });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.once('close', (status) => done({ status, out }));
  });

/** What requests of git to a server of ours carry. */
const askedBy = async (use: (url: string) => Promise<unknown>): Promise<(string | undefined)[]> => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(request.headers.authorization === undefined ? 401 : 404, {
      'www-authenticate': 'Basic realm="fairlead"',
    });
    response.end();
  });
  await new Promise<void>((listening) => server.listen(0, 'localhost', listening));
  const { port } = server.address() as { port: number };
  try {
    await use(`http://localhost:${port}`);
  } finally {
    server.close();
  }
  return seen;
};

it('a folder that is no repository has no remote', async () => {
  assert.equal(await hasRepository(io), false);
  assert.equal(await appOfRemote(io), undefined);
  assert.equal(await setRemote(io, 'http://localhost:1', { name: 'shop' }), false);
});

it('git is told the token by the helper, whatever the paths, and keeps it nowhere', async () => {
  await git('init', '--quiet');
  const shop = { namespace: 'team-a', name: 'shop' };
  const seen = await askedBy(async (url) => {
    await registerContext(io, 'local', { url, kubeconfig: '/nowhere', token });
    // Another platform on another port has a token of its own.
    await registerContext(io, 'other', { url: 'http://localhost:1', kubeconfig: '/nowhere', token: 'other' });
    assert.equal(await setRemote(io, url, shop), true);
    assert.deepEqual(await appOfRemote(io), shop);
    await git('ls-remote', 'fairlead');
    // Setting it again changes nothing.
    assert.equal(await setRemote(io, url, shop), true);
    const helpers = (await git('config', '--get-all', `credential.${url}.helper`)).out.split('\n');
    assert.equal(helpers.length, 3, 'one empty, one ours, and the end');
    assert.equal((await git('remote', 'get-url', 'fairlead')).out, `${url}/git/team-a/shop.git\n`);
    await dropRemote(io, url, { ...shop, name: 'another' });
    assert.deepEqual(await appOfRemote(io), shop);
    await dropRemote(io, url, shop);
    assert.equal(await appOfRemote(io), undefined);
    assert.equal((await git('config', '--get-all', `credential.${url}.helper`)).out, '');
    await setRemote(io, url, shop);
  });
  const basic = `Basic ${Buffer.from(`fairlead:${token}`).toString('base64')}`;
  assert.deepEqual(seen, [undefined, basic]);
  const files = await readdir(join(io.cwd, '.git'), { recursive: true, withFileTypes: true });
  for (const file of files.filter((each) => each.isFile()))
    assert.doesNotMatch(await readFile(join(file.parentPath, file.name), 'latin1'), /hunter2/, file.name);
  assert.deepEqual((await readdir(folder)).sort(), ['my shop', "the person's home"]);
});

it('what holds a token can be read by its owner only', async () => {
  const home = join(folder, "the person's home");
  assert.equal((await stat(home)).mode & 0o777, 0o700);
  for (const file of await readdir(join(home, 'credentials')))
    assert.equal((await stat(join(home, 'credentials', file))).mode & 0o777, 0o600);
  assert.doesNotMatch(await readFile(join(home, 'contexts.json'), 'utf8'), /hunter2/);
});

it('a remote of something else names no app', () => {
  for (const url of ['', 'git@github.com:ann/shop.git', 'http://localhost/git/shop.git', 'http://h/git/a/b'])
    assert.equal(appOfUrl(url), undefined, url);
});
