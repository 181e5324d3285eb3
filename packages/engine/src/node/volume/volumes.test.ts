import { type Client, createClient, type Pod, type Volume, type VolumeMount } from '@fairlead/kube';
import { simulatedClock } from '@fairlead/kube/testing';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { startEngine } from '../../engine.ts';
import { openSources, type Sources } from '../environment/sources.ts';
import { PodVolumes } from './pod-volumes.ts';
import type { Tokens } from './tokens.ts';

describe('the volumes of a pod', () => {
  let folder: string;
  let data: Record<string, string>;
  let news: () => void;
  let pod: Pod;
  let volumes: PodVolumes;
  const clock = simulatedClock(0);
  let tokenNumber = 0;

  const sources: Sources = {
    read: async ({ name, optional }) => {
      if (name === 'none' && optional) return undefined;
      return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value)]));
    },
  };
  const tokens: Tokens = {
    of: () => Promise.resolve({ token: `token ${(tokenNumber += 1)}`, renewAt: clock.now() + 1000 }),
    forget: () => {},
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'volumes-'));
    data = { 'app.ini': 'mode=fast', 'key.pem': 'secret' };
    volumes = new PodVolumes({
      client: {} as Client,
      clock,
      sources,
      tokens,
      watches: {
        watch(_, onNews) {
          news = onNews;
          return () => {};
        },
        close: () => Promise.resolve(),
      },
      hostPaths: [join(folder, 'host')],
      folder: join(folder, 'persistent'),
      podFolder: folder,
      isolated: false,
      owner: () => Promise.resolve(undefined),
      pod: () => pod,
      facts: () => ({ allocatable: { cpu: '4' }, addresses: { pod: '10.1.0.5', host: '10.0.0.1' } }),
      onNews: () => {},
      onError: (error) => assert.fail(String(error)),
    });
  });
  afterEach(async () => {
    await volumes.close();
    await rm(folder, { recursive: true });
  });

  const mount = (volume: Omit<Volume, 'name'>, how: Partial<VolumeMount> = {}) => {
    const container = { name: 'web', volumeMounts: [{ name: 'v', mountPath: 'data', ...how }] };
    const metadata = { name: 'p', namespace: 'default', labels: { app: 'shop' } };
    const spec = { containers: [container], volumes: [{ name: 'v', ...volume }] };
    pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec };
    return volumes.prepare(container, new Map([['POD', 'shop-1']]));
  };
  const inVolume = (...path: string[]) => join(folder, 'volumes', 'v', ...path);
  const visible = async () => (await readdir(inVolume())).filter((name) => !name.startsWith('..'));
  /** Files are written beside what is told. */
  const untilShown = async (path: string, expected: string) => {
    for (let round = 0; (await readFile(inVolume(path), 'utf8')) !== expected; round += 1) {
      assert.ok(round < 500, `${path} stays ${await readFile(inVolume(path), 'utf8')}`);
      await new Promise((done) => setImmediate(done));
    }
  };

  test('an empty folder is kept over restarts', async () => {
    assert.deepEqual(await mount({ emptyDir: {} }), [{ path: 'data', source: inVolume(), readOnly: false }]);
    await writeFile(inVolume('kept'), '');
    await mount({ emptyDir: {} });
    assert.deepEqual(await readdir(inVolume()), ['kept']);
  });

  test('a secret becomes files with the modes that it asks for, and follows the secret', async () => {
    await mount({ secret: { secretName: 's', defaultMode: 0o400 } });
    assert.equal(await readFile(inVolume('app.ini'), 'utf8'), 'mode=fast');
    assert.equal((await stat(inVolume('key.pem'))).mode & 0o777, 0o400);
    const before = await readlink(inVolume('..data'));
    data = { 'app.ini': 'mode=slow' };
    news();
    await untilShown('app.ini', 'mode=slow');
    assert.notEqual(await readlink(inVolume('..data')), before);
    await mount({ secret: { secretName: 's', defaultMode: 0o400 } });
    assert.deepEqual(await visible(), ['app.ini']);
    assert.deepEqual((await readdir(inVolume())).length, 3, 'what was shown before is gone');
  });

  test('what has not changed is not written again', async () => {
    await mount({ configMap: { name: 'c' } });
    const before = await readlink(inVolume('..data'));
    await mount({ configMap: { name: 'c' } });
    assert.equal(await readlink(inVolume('..data')), before);
  });

  test('items choose keys, paths and modes', async () => {
    const items = [{ key: 'app.ini', path: 'etc/app/main.ini', mode: 0o600 }];
    await mount({ configMap: { name: 'c', items } });
    assert.equal(await readFile(inVolume('etc/app/main.ini'), 'utf8'), 'mode=fast');
    assert.deepEqual(await visible(), ['etc']);
  });

  test('what is missing says so, unless it is optional', async () => {
    const items = [{ key: 'none', path: 'x' }];
    const expected =
      /^BlockedError: MountVolume.SetUp failed for volume "v" : configmap references non-existent config key: none$/;
    await assert.rejects(mount({ configMap: { name: 'c', items } }), expected);
    await mount({ configMap: { name: 'none', optional: true } });
    assert.deepEqual(await visible(), []);
    await assert.rejects(mount({ emptyDir: {} }, { name: 'other' }), /there is no volume other/);
  });

  test('a key cannot leave the volume', async () => {
    const items = [{ key: 'app.ini', path: '../../owned' }];
    await assert.rejects(mount({ configMap: { name: 'c', items } }), /leaves its root/);
  });

  test('a part of a volume is made when it is missing, and reached through no link', async () => {
    const [deep] = await mount({ emptyDir: {} }, { subPath: 'a/b' });
    assert.deepEqual([deep?.source, deep?.volume], [inVolume('a/b'), inVolume()]);
    assert.ok((await stat(inVolume('a/b'))).isDirectory());
    await symlink('/etc', inVolume('link'));
    await assert.rejects(mount({ emptyDir: {} }, { subPath: 'link' }), /is a link/);
    await assert.rejects(mount({ emptyDir: {} }, { subPath: 'link/ssh' }), /leads through what is no folder/);
  });

  test('the name of a part may be made of variables', async () => {
    const [logs] = await mount({ emptyDir: {} }, { subPathExpr: 'logs/$(POD)' });
    assert.equal(logs?.source, inVolume('logs/shop-1'));
    const missing = mount({ emptyDir: {} }, { subPathExpr: '$(NOPE)' });
    await assert.rejects(
      missing,
      /failed to expand subPath for subPathExpr "\$\(NOPE\)": missing value for "NOPE"/,
    );
    await assert.rejects(mount({ emptyDir: {} }, { subPathExpr: '../$(POD)' }), /leaves its root/);
  });

  test('a single file of a secret can be mounted', async () => {
    const [file] = await mount({ secret: { secretName: 's' } }, { subPath: 'app.ini' });
    assert.equal(await readFile(file?.source ?? '', 'utf8'), 'mode=fast');
    await assert.rejects(mount({ secret: { secretName: 's' } }, { subPath: 'no' }), /is not in the volume/);
  });

  test('a projected volume shows several things together, and follows labels and tokens', async () => {
    const field = { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } };
    const limit = { path: 'cpus', resourceFieldRef: { containerName: 'web', resource: 'limits.cpu' } };
    const projected = {
      defaultMode: 0o440,
      sources: [
        { configMap: { name: 'c', items: [{ key: 'app.ini', path: 'app.ini' }] } },
        { downwardAPI: { items: [field, limit] } },
        { serviceAccountToken: { path: 'token', expirationSeconds: 600 } },
      ],
    };
    await mount({ projected });
    assert.deepEqual((await visible()).toSorted(), ['app.ini', 'cpus', 'labels', 'token']);
    assert.equal(await readFile(inVolume('labels'), 'utf8'), 'app="shop"');
    assert.equal(await readFile(inVolume('cpus'), 'utf8'), '4');
    const first = await readFile(inVolume('token'), 'utf8');
    volumes.notice(pod);
    pod = { ...pod, metadata: { ...pod.metadata, labels: { app: 'blog', tier: 'x' } } };
    volumes.notice(pod);
    await untilShown('labels', 'app="blog"\ntier="x"');
    clock.advance(1000);
    for (let round = 0; (await readFile(inVolume('token'), 'utf8')) === first; round += 1) {
      assert.ok(round < 500, 'the token grows old');
      await new Promise((done) => setImmediate(done));
    }
  });

  test('a path of the machine is mounted where the node allows it', async () => {
    const host = join(folder, 'host');
    await mkdir(host);
    await symlink('/etc', join(host, 'out'));
    const [made] = await mount({ hostPath: { path: join(host, 'new'), type: 'DirectoryOrCreate' } });
    assert.equal(made?.source, join(host, 'new'));
    const refused = async (
      path: string,
      type: '' | 'Directory' | 'File' | 'Socket' | 'FileOrCreate',
      why: RegExp,
    ) => assert.rejects(mount({ hostPath: { path, type } }), why);
    await refused('/etc', '', /hostPath \/etc is not among the paths that this node lets pods mount/);
    await refused(join(host, '../..'), '', /is not among the paths/);
    await refused(join(host, 'out'), '', /hostPath \/etc is not among the paths/);
    await refused(join(host, 'new'), 'File', /hostPath type check failed: .*new is not a file/);
    await refused(join(host, 'none'), 'Directory', /hostPath type check failed: .*none is not a directory/);
  });

  test('a claim is the folder of the volume that it is bound to', async () => {
    await using engine = await startEngine();
    const client = createClient(engine.transport());
    const claims = new PodVolumes({
      client,
      clock,
      sources: openSources(client),
      tokens,
      watches: { watch: () => () => {}, close: () => Promise.resolve() },
      hostPaths: [],
      folder: join(folder, 'persistent'),
      podFolder: folder,
      isolated: false,
      owner: () => Promise.resolve(undefined),
      pod: () => pod,
      facts: () => ({ allocatable: {}, addresses: { pod: '', host: '' } }),
      onNews: () => {},
      onError: () => {},
    });
    await assert.rejects(mount({ emptyDir: {} }, { name: 'other' }));
    const container = { name: 'web', volumeMounts: [{ name: 'v', mountPath: 'data' }] };
    const spec = {
      containers: [container],
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }],
    };
    pod = { ...pod, spec };
    const missing = /error processing PVC default\/data: persistentvolumeclaims "data" not found/;
    await assert.rejects(claims.prepare(container, new Map()), missing);
    await claims.close();
  });
});
