import { createClient, type KubeResponse, secrets } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEngine } from '../../engine.ts';
import { openSources } from './sources.ts';

const wanted = { kind: 'secret', namespace: 'default', name: 's', optional: false } as const;

test('while the API is away the last answer counts, but not for what it said is gone', async () => {
  await using engine = await startEngine();
  const transport = engine.transport();
  let away = false;
  let asked = 0;
  const client = createClient((request): Promise<KubeResponse> => {
    asked += 1;
    return away ? Promise.reject(new Error('connection refused')) : transport(request);
  });
  const sources = openSources(client);
  const metadata = { name: 's', namespace: 'default' };
  const resource = createClient(transport).resource(secrets);
  await resource.create({ apiVersion: 'v1', kind: 'Secret', metadata, data: { A: 'MQ==' } });
  const [one, two] = await Promise.all([sources.read(wanted), sources.read(wanted)]);
  assert.equal(one?.get('A')?.toString(), '1');
  assert.equal(one, two);
  assert.equal(asked, 1);
  away = true;
  assert.equal((await sources.read(wanted))?.get('A')?.toString(), '1');
  await assert.rejects(sources.read({ ...wanted, name: 'other' }), /secret "other": connection refused/);
  away = false;
  await resource.delete(metadata);
  await assert.rejects(sources.read(wanted), /secret "s" not found/);
  assert.equal(await sources.read({ ...wanted, optional: true }), undefined);
});
