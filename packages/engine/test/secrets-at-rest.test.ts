import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient, secrets } from '@fairlead/kube';
import { startEngine } from '@fairlead/engine';

const CANARY = 'canary-51c9-in-the-mine';

const filesOf = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

test('A secret stands in no file of the data folder, and every file there is its owner’s alone', async () => {
  await using cleanup = new AsyncDisposableStack();
  const data = await mkdtemp(join(tmpdir(), 'fairlead-at-rest-'));
  cleanup.defer(() => rm(data, { recursive: true }));
  const start = () => startEngine({ store: { data }, listen: { host: '127.0.0.1', port: 0 } });
  const name = { namespace: 'default', name: 's' };
  {
    await using engine = await start();
    const client = createClient(engine.transport());
    const stringData = { token: CANARY };
    await client.resource(secrets).create({ apiVersion: 'v1', kind: 'Secret', metadata: name, stringData });
    await client.resource(secrets).patch(name, { type: 'merge', body: { stringData: { more: CANARY } } });
    const forms = [CANARY, Buffer.from(CANARY).toString('base64')];
    for (const file of await filesOf(data)) {
      const content = await readFile(file);
      assert.ok(!forms.some((form) => content.includes(form)), file);
      assert.equal((await stat(file)).mode & 0o077, 0, file);
    }
  }
  await using again = await start();
  const found = await createClient(again.transport()).resource(secrets).get(name);
  assert.equal(Buffer.from(found.data?.['more'] ?? '', 'base64').toString(), CANARY);
});
