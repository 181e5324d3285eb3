import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { backUpEngine, restoreEngine } from './backup.ts';
import { type EngineOptions, startEngine } from './engine.ts';
import { type FrontDoor, frontDoorOf, openFrontDoor } from './testing/front-door.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

const open = async (data: string, listens = false): Promise<FrontDoor> => {
  const listen = { host: '127.0.0.1', port: 0, kubeconfig: join(data, 'kubeconfig') };
  const options: EngineOptions = { store: { data }, ...(listens && { listen }) };
  const engine = await startEngine(options);
  return frontDoorOf(engine.transport(), () => engine.close());
};

const write = (door: FrontDoor, name: string, text = name) =>
  door.post(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text } });

/** Everything that is there, of a few kinds, as it is shown. */
const everything = async (door: FrontDoor): Promise<unknown[]> => {
  const paths = [
    '/api/v1/configmaps',
    '/api/v1/namespaces',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  ];
  const lists = await Promise.all(paths.map((path) => door.get(path)));
  return lists.map(({ body }) => body.items as unknown);
};

describe('a backup of an engine', () => {
  const situation = (title: string, run: (folder: string) => Promise<void>): void => {
    it(title, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'fairlead-backup-test-'));
      try {
        await run(folder);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  };

  situation(
    'gives the same objects after everything was wiped, and no watch goes on from before',
    async (folder) => {
      const [data, copy] = [join(folder, 'data'), join(folder, 'copy')];
      let before: unknown[];
      let seen: number;
      {
        await using door = await open(data, true);
        for (let count = 0; count < 50; count += 1)
          await write(door, `map-${count}`, 'x'.repeat(count * 300));
        await door.delete(`${configMaps}/map-7`);
        const metadata = { name: 'token' };
        const secret = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token: 'hidden' } };
        await door.post('/api/v1/namespaces/default/secrets', secret);
        before = await everything(door);
        await backUpEngine({ data, to: copy });
        await write(door, 'later');
        seen = Number((await door.get(configMaps)).body.metadata.resourceVersion);
      }
      assert.equal((await stat(copy)).mode & 0o777, 0o600);
      // Kept in another place than the copy, as it should be.
      const keys = await readFile(join(data, 'encryption.keys'));
      await rm(data, { recursive: true });
      await mkdir(data);
      await writeFile(join(data, 'encryption.keys'), keys, { mode: 0o600 });
      restoreEngine(copy, data);
      await using door = await open(data);
      assert.deepEqual(await everything(door), before);
      const watching = await door.watch(`${configMaps}?watch=true&resourceVersion=${seen}`);
      assert.equal((await watching.count(1))[0]?.object.code, 410);
      const { body } = await write(door, 'after');
      assert.ok(Number(body.metadata.resourceVersion) > seen + 1_000_000);
    },
  );

  situation('is made of an engine that does not run, too', async (folder) => {
    const [data, copy] = [join(folder, 'data'), join(folder, 'copy')];
    {
      await using door = await open(data);
      await write(door, 'a');
    }
    await backUpEngine({ data, to: copy });
    restoreEngine(copy, join(folder, 'other'));
    await using door = await open(join(folder, 'other'));
    assert.equal((await door.get(`${configMaps}/a`)).body.data.text, 'a');
  });

  situation('replaces nothing, and is not restored over anything', async (folder) => {
    const [data, copy] = [join(folder, 'data'), join(folder, 'copy')];
    await assert.rejects(backUpEngine({ data, to: copy }), /there is no .*engine\.db/);
    await using door = await open(data, true);
    await backUpEngine({ data, to: copy });
    await assert.rejects(backUpEngine({ data, to: copy }), /copy exists already/);
    assert.throws(() => restoreEngine(copy, data), /engine\.db exists already/);
    assert.equal((await door.get('/readyz')).status, 200);
  });

  situation('is not restored when it is damaged, and leaves nothing', async (folder) => {
    const [data, copy, broken] = [join(folder, 'data'), join(folder, 'copy'), join(folder, 'broken')];
    {
      await using door = await open(data);
      for (let count = 0; count < 20; count += 1) await write(door, `map-${count}`, 'x'.repeat(3000));
    }
    await backUpEngine({ data, to: copy });
    const restored = join(folder, 'restored');
    await writeFile(broken, '');
    assert.throws(() => restoreEngine(broken, restored), { reason: 'corrupt' });
    await copyFile(copy, broken);
    await truncate(broken, (await stat(copy)).size - 3 * 8192);
    assert.throws(() => restoreEngine(broken, restored), { reason: 'corrupt' });
    assert.throws(() => restoreEngine(join(folder, 'none'), restored), { reason: 'unusable' });
    await assert.rejects(stat(join(restored, 'engine.db')), { code: 'ENOENT' });
  });

  situation('is no store in use, nor of a later version', async (folder) => {
    const [data, copy] = [join(folder, 'data'), join(folder, 'copy')];
    await using door = await open(data, true);
    await write(door, 'a');
    const live = join(data, 'engine.db');
    assert.throws(
      () => restoreEngine(live, join(folder, 'other')),
      /engine\.db is a store, not a copy of one/,
    );
    await backUpEngine({ data, to: copy });
    {
      using database = new DatabaseSync(copy);
      database.exec("PRAGMA journal_mode = DELETE; UPDATE meta SET value = 99 WHERE name = 'format'");
    }
    assert.throws(
      () => restoreEngine(copy, join(folder, 'other')),
      /\/copy has format 99; this version understands/,
    );
  });

  it('is refused by name when there is nothing on a disk, and to who may not read everything', async () => {
    await using door = await openFrontDoor();
    const { status, body } = await door.get('/backup');
    assert.deepEqual([status, body.reason], [501, 'NotImplemented']);
    assert.equal((await door.post('/backup', {})).status, 405);
    await using engine = await startEngine();
    const stranger = frontDoorOf(
      engine.transport({ name: 'jane', groups: ['system:authenticated'] }),
      async () => {},
    );
    assert.equal((await stranger.get('/backup')).status, 403);
  });
});
