import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Ended, run } from './platform.ts';
import { missingTool } from './tools.ts';

const launcher = resolve(import.meta.dirname, '../../bin/fairlead');

/** Shows a command its folder as one that cannot be written, without changing it for anybody else. */
const readOnly = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"';

// Both commands that hold a data folder and listen: what keeps them from starting is said, and nothing stays behind.
for (const command of ['up', 'engine']) {
  describe(`fairlead ${command} that cannot start`, { timeout: 120_000 }, () => {
    let folder = '';
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'fairlead-refused-'));
      await mkdir(join(folder, 'empty'));
      await writeFile(join(folder, 'file'), '');
    });
    after(() => rm(folder, { recursive: true }));

    const free = command === 'up' ? ['--listen', '127.0.0.1:0', '--api-listen', '127.0.0.1:0'] : [];
    const env = () => ({ ...process.env, FAIRLEAD_HOME: join(folder, 'home') });
    const start = (...words: string[]): Promise<Ended> =>
      run(launcher, [command, ...free, ...words], { cwd: folder, env: env() });
    const refused = ({ status, err }: Ended, expected: { status: number; told: RegExp }): void => {
      assert.match(err, expected.told);
      assert.equal(status, expected.status);
      assert.doesNotMatch(err, /^ {4}at /m, 'no stack');
    };

    it('says that a file is no data folder', async () =>
      refused(await start('--data', 'file'), {
        status: 3,
        told: /E_DATA_UNUSABLE[^]*not a directory|EEXIST[^]*fairlead (up|engine) --data DIR/,
      }));

    it('says that a place takes no folder, and does not try for ever', async () =>
      refused(await start('--data', '/proc/fairlead'), { status: 3, told: /E_DATA_UNUSABLE/ }));

    it('says that a folder is read-only', { skip: missingTool('unshare') }, async () => {
      const place = join(folder, 'empty');
      const script = ['-rm', 'sh', '-c', readOnly, 'sh', place, launcher, command, ...free, '--data', place];
      const ended = await run('unshare', script, { cwd: folder, env: env() });
      refused(ended, { status: 3, told: /E_DATA_UNUSABLE[^]*(EROFS|readonly|read-only)/i });
      assert.deepEqual(await readdir(place), []);
    });

    it('says that an address is none', async () =>
      refused(await start('--api-listen', 'nowhere'), {
        status: 2,
        told: new RegExp(`E_ARGUMENT[^]*it must be HOST:PORT[^]*fairlead help ${command}`),
      }));

    it('says that another program listens there', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await new Promise((ready) => other.once('listening', ready));
      const { port } = other.address() as AddressInfo;
      const ended = await start('--data', 'taken', '--api-listen', `127.0.0.1:${port}`);
      other.close();
      refused(ended, { status: 3, told: /E_LISTEN[^]*another program listens there[^]*--api-listen/ });
    });
  });
}
