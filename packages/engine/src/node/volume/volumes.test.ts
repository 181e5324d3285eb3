import type { Pod, Volume, VolumeMount } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Sources } from '../environment/sources.ts';
import { prepareMounts } from './volumes.ts';

describe('the volumes of a pod', () => {
  let folder: string;
  let data: Record<string, string>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'volumes-'));
    data = { 'app.ini': 'mode=fast', 'key.pem': 'secret' };
  });
  afterEach(() => rm(folder, { recursive: true }));

  const sources: Sources = {
    read: async ({ name, optional }) => {
      if (name === 'none' && optional) return undefined;
      return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value)]));
    },
  };
  const mount = (volume: Omit<Volume, 'name'>, how: Partial<VolumeMount> = {}) => {
    const container = { name: 'web', volumeMounts: [{ name: 'v', mountPath: 'data', ...how }] };
    const metadata = { name: 'p', namespace: 'default' };
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { containers: [container], volumes: [{ name: 'v', ...volume }] },
    };
    return prepareMounts({ pod, container, folder, sources });
  };
  const inVolume = (...path: string[]) => join(folder, 'volumes', 'v', ...path);

  test('an empty folder is kept over restarts', async () => {
    const kept = [{ path: 'data', source: inVolume(), readOnly: false }];
    assert.deepEqual(await mount({ emptyDir: {} }), kept);
    await writeFile(inVolume('kept'), '');
    await mount({ emptyDir: {} });
    assert.deepEqual(await readdir(inVolume()), ['kept']);
  });

  test('a secret becomes files with the modes that it asks for, and follows the secret', async () => {
    await mount({ secret: { secretName: 's', defaultMode: 0o400 } });
    assert.equal(await readFile(inVolume('app.ini'), 'utf8'), 'mode=fast');
    assert.equal((await lstat(inVolume('key.pem'))).mode & 0o777, 0o400);
    data = { 'app.ini': 'mode=slow' };
    await mount({ secret: { secretName: 's', defaultMode: 0o400 } });
    assert.deepEqual(await readdir(inVolume()), ['app.ini']);
    assert.equal(await readFile(inVolume('app.ini'), 'utf8'), 'mode=slow');
  });

  test('items choose keys, paths and modes', async () => {
    const items = [{ key: 'app.ini', path: 'etc/app/main.ini', mode: 0o600 }];
    await mount({ configMap: { name: 'c', items } });
    assert.equal(await readFile(inVolume('etc/app/main.ini'), 'utf8'), 'mode=fast');
    assert.deepEqual(await readdir(inVolume()), ['etc']);
  });

  test('what is missing says so, unless it is optional', async () => {
    const items = [{ key: 'none', path: 'x' }];
    await assert.rejects(mount({ configMap: { name: 'c', items } }), /references non-existent key: none/);
    await mount({ configMap: { name: 'none', optional: true } });
    assert.deepEqual(await readdir(inVolume()), []);
    await assert.rejects(mount({ emptyDir: {} }, { name: 'other' }), /there is no volume other/);
  });

  test('a key cannot leave the volume', async () => {
    const items = [{ key: 'app.ini', path: '../../owned' }];
    await assert.rejects(mount({ configMap: { name: 'c', items } }), /leaves its root/);
  });

  test('a part of a volume is made when it is missing, and reached through no link', async () => {
    const [deep] = await mount({ emptyDir: {} }, { subPath: 'a/b' });
    assert.equal(deep?.source, inVolume('a/b'));
    assert.ok((await lstat(inVolume('a/b'))).isDirectory());
    await symlink('/etc', inVolume('link'));
    await assert.rejects(mount({ emptyDir: {} }, { subPath: 'link' }), /is a link/);
    await assert.rejects(mount({ emptyDir: {} }, { subPath: 'link/ssh' }), /leads through what is no folder/);
  });

  test('the place of the service account is left out', async () => {
    const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
    assert.deepEqual(await mount({ projected: {} }, { mountPath }), []);
  });
});
