import assert from 'node:assert/strict';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Ended, run } from './platform.ts';

// The launcher of a fresh clone, on a machine of which the test says what node and npm it has.
describe('bin/with-node', { timeout: 60_000 }, () => {
  let root = '';
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'fairlead-launcher-'));
    await cp(resolve(import.meta.dirname, '../../bin'), join(root, 'clone/bin'), { recursive: true });
    await writeFile(join(root, 'clone/package-lock.json'), 'one');
    await mkdir(join(root, 'clone/node_modules'));
    await writeFile(join(root, 'clone/script.mjs'), 'console.log("ran", process.argv[2])');
    await mkdir(join(root, 'tools'));
    for (const tool of [
      'sh',
      'dirname',
      'mktemp',
      'cmp',
      'cp',
      'mv',
      'rm',
      'mkdir',
      'uname',
      'cat',
      'readlink',
    ])
      await symlink(await pathOf(tool), join(root, 'tools', tool));
  });
  after(() => rm(root, { recursive: true }));

  const pathOf = async (tool: string): Promise<string> =>
    (await run('sh', ['-c', 'command -v "$1"', 'sh', tool], { cwd: '/', env: process.env })).out.trim();
  const program = async (name: string, text: string): Promise<void> => {
    await writeFile(join(root, 'tools', name), `#!/bin/sh\n${text}\n`);
    await chmod(join(root, 'tools', name), 0o755);
  };
  /** Writes down what it is asked for; what it fetches is the node that runs this test. */
  const workingNpm = (): Promise<void> =>
    program(
      'npm',
      `echo "$*" >> ${root}/npm.log
for last; do :; done
case $last in
  node-*@*) place=$3/node_modules/\${last%@*}/bin; mkdir -p "$place"; cp ${process.execPath} "$place/node" ;;
esac`,
    );
  const launch = (): Promise<Ended> =>
    run(join(root, 'clone/bin/with-node'), ['script.mjs', 'it'], {
      cwd: join(root, 'clone'),
      env: { PATH: join(root, 'tools'), HOME: root, FAIRLEAD_CACHE: join(root, 'cache') },
    });
  const asked = (): Promise<string> => readFile(join(root, 'npm.log'), 'utf8').catch(() => '');

  it('says in a line what it needs when there is neither', async () => {
    const { status, err } = await launch();
    assert.equal(status, 1);
    assert.equal(err, 'fairlead: needs Node 26 or later, or npm to fetch it\n');
  });

  it('shows why npm failed, and leaves nothing half done', async () => {
    await program('npm', 'echo "no such registry"; exit 1');
    const { status, err } = await launch();
    assert.equal(status, 1);
    assert.match(
      err,
      /^fairlead: fetching Node 26\.\d+\.\d+, once …\nno such registry\nfairlead: that failed: npm install/,
    );
  });

  it('fetches Node once when the one there is too old, and installs what the lockfile names', async () => {
    await program('node', 'echo v20.20.2');
    await workingNpm();
    const first = await launch();
    assert.equal(first.out, 'ran it\n', first.err);
    assert.match(
      first.err,
      /^fairlead: fetching Node [\d.]+, once …\nfairlead: installing dependencies …\n$/,
    );
    assert.match(await asked(), /node-\w+-\w+@26\.\d+\.\d+\ninstall --ignore-scripts --no-save\n$/);
    const second = await launch();
    assert.deepEqual([second.out, second.err], ['ran it\n', '']);
  });

  it('installs again when the lockfile has changed', async () => {
    await writeFile(join(root, 'clone/package-lock.json'), 'two');
    assert.equal((await launch()).err, 'fairlead: installing dependencies …\n');
    assert.equal((await launch()).err, '');
  });

  it('takes the Node that is there when it is new enough', async () => {
    await rm(join(root, 'cache'), { recursive: true });
    await program('node', `[ "$1" = --version ] && echo v26.1.0 || echo theirs "$@"`);
    const { out } = await launch();
    assert.equal(out, 'theirs --disable-warning=ExperimentalWarning script.mjs it\n');
  });
});
