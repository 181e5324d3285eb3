import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { type TestContext, describe, it } from 'node:test';
import { extract } from 'tar-stream';
import type { Io } from '../io.ts';
import { packFolder } from './pack.ts';

const makeFolder = async (t: TestContext, files: Readonly<Record<string, string>>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead pack '));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFiles(folder, files);
  return folder;
};

const writeFiles = async (folder: string, files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
};

const env = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };

const ioFor = (said: string[] = []): Io =>
  ({ env, cwd: '/', err: (text: string) => void said.push(text) }) as unknown as Io;

const git = (cwd: string, ...args: string[]): void => {
  execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], { cwd, env });
};

/** Name, kind and content of what is in an archive. */
const contentOf = async (tar: Readable): Promise<string[]> => {
  const bytes = Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Buffer>));
  const archive = extract();
  archive.end(bytes);
  const found: string[] = [];
  for await (const entry of archive) {
    const { name, type, mode = 0, linkname } = entry.header;
    const text = Buffer.concat(await Array.fromAsync(entry as AsyncIterable<Buffer>)).toString();
    const executable = (mode & 0o100) === 0 ? '' : '*';
    found.push(type === 'symlink' ? `${name} -> ${linkname}` : `${name}${executable}: ${text}`);
  }
  return found.sort();
};

const packed = async (folder: string, said?: string[]): Promise<string[]> => {
  await using source = await packFolder(ioFor(said), folder);
  return await contentOf(source.tar);
};

describe('a folder that is no git repository', () => {
  it('is sent without what .gitignore names', async (t) => {
    const folder = await makeFolder(t, {
      'app.py': 'app',
      '.gitignore': '*.log\nnode_modules/\n/data\n',
      'a.log': '',
      'node_modules/x.js': '',
      'data/x': '',
      'sub/data/kept': 'k',
      'sub/.gitignore': 'secret\n',
      'sub/secret': '',
      empty: '',
    });
    assert.deepEqual(await packed(folder), [
      '.gitignore: *.log\nnode_modules/\n/data\n',
      'app.py: app',
      'empty: ',
      'sub/.gitignore: secret\n',
      'sub/data/kept: k',
    ]);
  });

  it('keeps links, executables and unusual names as they are', async (t) => {
    const folder = await makeFolder(t, { 'run.sh': '#!', 'grüße 🚢': 'u', 'a\\b': 'b', 'line\nbreak': 'l' });
    await chmod(join(folder, 'run.sh'), 0o755);
    await symlink('run.sh', join(folder, 'link'));
    await symlink('/etc/passwd', join(folder, 'outside'));
    assert.deepEqual(await packed(folder), [
      'a\\b: b',
      'grüße 🚢: u',
      'line\nbreak: l',
      'link -> run.sh',
      'outside -> /etc/passwd',
      'run.sh*: #!',
    ]);
  });

  it('says which repositories inside it are left out', async (t) => {
    const folder = await makeFolder(t, { 'app.py': '', 'vendor/lib/x.py': '' });
    git(join(folder, 'vendor/lib'), 'init', '--quiet');
    const said: string[] = [];
    assert.deepEqual(await packed(folder, said), ['app.py: ']);
    assert.deepEqual(said, ['       left out: vendor/lib, a git repository of its own\n']);
  });

  it('is one also when git thinks of another by its environment', async (t) => {
    const folder = await makeFolder(t, { 'app.py': '' });
    const elsewhere = await makeFolder(t, {});
    git(elsewhere, 'init', '--quiet');
    const io = { ...ioFor(), env: { ...env, GIT_DIR: join(elsewhere, '.git'), GIT_WORK_TREE: elsewhere } };
    await using source = await packFolder(io, folder);
    assert.deepEqual(await contentOf(source.tar), ['app.py: ']);
  });
});

describe('a folder in a git repository', () => {
  it('is sent with what is tracked and what is new, by the rules of the repository', async (t) => {
    const root = await makeFolder(t, {
      '.gitignore': '__pycache__/\n*.pem\n',
      'apps/shop/app.py': 'committed',
      'apps/shop/kept.pem': 'tracked in spite of the rule',
      'apps/shop/gone.py': '',
      'apps/other/app.py': '',
    });
    git(root, 'init', '--quiet');
    git(root, 'add', '--all');
    git(root, 'add', '--force', 'apps/shop/kept.pem');
    git(root, 'commit', '--quiet', '--message', 'one');
    const shop = join(root, 'apps/shop');
    await rm(join(shop, 'gone.py'));
    await writeFiles(shop, { 'app.py': 'changed', 'new.py': '', '__pycache__/x.pyc': '', 'key.pem': '' });
    assert.deepEqual(await packed(shop), [
      'app.py: changed',
      'kept.pem: tracked in spite of the rule',
      'new.py: ',
    ]);
  });

  it('is sent whole when the repository ignores it: it was named on purpose', async (t) => {
    const root = await makeFolder(t, { '.gitignore': 'dist/\n', 'dist/app.py': 'made', 'dist/sub/x': '' });
    git(root, 'init', '--quiet');
    assert.deepEqual(await packed(join(root, 'dist')), ['app.py: made', 'sub/x: ']);
  });
});

describe('what cannot be sent is refused', () => {
  it('a folder that is not there, or holds nothing', async (t) => {
    const folder = await makeFolder(t, { '.gitignore': '*\n' });
    await assert.rejects(packFolder(ioFor(), join(folder, 'nope')), { code: 'E_FOLDER' });
    await assert.rejects(packFolder(ioFor(), join(folder, '.gitignore')), { code: 'E_FOLDER' });
    await assert.rejects(packFolder(ioFor(), folder), { code: 'E_FOLDER' });
  });

  it('a machine without git', async (t) => {
    const folder = await makeFolder(t, { 'app.py': '' });
    await assert.rejects(packFolder({ ...ioFor(), env: { PATH: '/nonexistent' } }, folder), {
      code: 'E_FOLDER',
      why: 'git, which reads .gitignore, could not list it, or is not installed',
    });
  });

  // The first file is more than the archive holds ready, so the rest is read when we like.
  const begun = async (t: TestContext) => {
    const folder = await makeFolder(t, { a: 'x'.repeat(2_000_000), b: 'y' });
    const source = await packFolder(ioFor(), folder);
    await new Promise((go) => source.tar.once('readable', go));
    return { folder, source };
  };

  it('a file that gets shorter while it is read', async (t) => {
    const { folder, source } = await begun(t);
    await truncate(join(folder, 'a'), 10);
    await assert.rejects(contentOf(source.tar));
    assert.deepEqual((await source.failure())?.details, {
      path: 'a',
      reason: 'it became shorter while it was read',
    });
  });

  it('a file that goes away before it is read', async (t) => {
    const { folder, source } = await begun(t);
    await rm(join(folder, 'b'));
    await assert.rejects(contentOf(source.tar));
    assert.deepEqual((await source.failure())?.details, {
      path: 'b',
      reason: 'it went away while it was read, or its name is not UTF-8',
    });
  });

  it('what is added to a file meanwhile is left for the next time', async (t) => {
    const { folder, source } = await begun(t);
    await appendFile(join(folder, 'a'), 'more');
    const [first = '', second] = await contentOf(source.tar);
    assert.equal(first.length, 'a: '.length + 2_000_000);
    assert.equal(second, 'b: y');
  });
});
