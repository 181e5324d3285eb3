import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { annotations } from '@fairlead/api/names';
import { type Engine, gatewayDefinitions, startEngine, type User } from '@fairlead/engine';
import { ApiError, createClient, kind, type KubeObject } from '@fairlead/kube';
import { changedByAdmission } from './changed-by.ts';
import { ensureKinds } from './objects.ts';
import { parts } from './roles.ts';

const engine: Engine = await startEngine({ admission: [changedByAdmission(parts.platform.name)] });
after(() => engine.close());
await ensureKinds(createClient(engine.transport()), gatewayDefinitions() as unknown as KubeObject[]);

const apps = kind<KubeObject & { readonly spec: { readonly buildRequest?: string } }>({
  group: 'fairlead.dev',
  version: 'v1alpha1',
  kind: 'App',
  resource: 'apps',
  namespaced: true,
});

const masters = ['system:masters', 'system:authenticated'];
const ada: User = { name: 'ada', groups: masters };
const bob: User = { name: 'bob', groups: masters };

const as = (user: User) => createClient(engine.transport(user), { fieldManager: 'test' }).resource(apps);
const signed = (who: string) => ({ [annotations.changedBy]: who });

let count = 0;

/** An App that Ada made and signed. */
const made = async () => {
  count += 1;
  return as(ada).create({
    apiVersion: 'fairlead.dev/v1alpha1',
    kind: 'App',
    metadata: { namespace: 'default', name: `app-${count}`, annotations: signed('ada') },
    spec: {},
  });
};

const signatureOf = ({ metadata }: KubeObject): string | undefined =>
  metadata.annotations?.[annotations.changedBy];

const forged = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 403 && error.message.includes('the request comes from "bob"');

describe('the signature of a change', () => {
  it('is refused in another’s name', async () => {
    const { metadata } = await made();
    const body = { metadata: { annotations: signed('carl') }, spec: { buildRequest: 'x' } };
    await assert.rejects(as(bob).patch(metadata, { type: 'merge', body }), forged);
    const create = as(bob).create({
      apiVersion: 'fairlead.dev/v1alpha1',
      kind: 'App',
      metadata: { namespace: 'default', name: 'forged', annotations: signed('ada') },
      spec: {},
    });
    await assert.rejects(create, forged);
  });

  it('is one’s own', async () => {
    const { metadata } = await made();
    const body = { metadata: { annotations: signed('bob') }, spec: { buildRequest: 'x' } };
    assert.equal(signatureOf(await as(bob).patch(metadata, { type: 'merge', body })), 'bob');
  });

  it('goes when somebody else changes what is asked for', async () => {
    const { metadata } = await made();
    const body = { spec: { buildRequest: 'x' } };
    assert.equal(signatureOf(await as(bob).patch(metadata, { type: 'merge', body })), undefined);
  });

  it('goes also when somebody else applies it as it stands, with a change of theirs', async () => {
    const { metadata } = await made();
    const { namespace, name } = metadata;
    const applied = await as(bob).apply(
      {
        apiVersion: 'fairlead.dev/v1alpha1',
        kind: 'App',
        metadata: { ...(namespace !== undefined && { namespace }), name, annotations: signed('ada') },
        spec: { buildRequest: 'x' },
      },
      { force: true },
    );
    assert.equal(signatureOf(applied), undefined);
  });

  it('stays when nothing is asked for anew', async () => {
    const { metadata } = await made();
    const body = { metadata: { labels: { a: 'b' } } };
    assert.equal(signatureOf(await as(bob).patch(metadata, { type: 'merge', body })), 'ada');
  });

  it('is given by the platform for whom it asked about', async () => {
    const { metadata } = await made();
    const body = { metadata: { annotations: signed('carl') }, spec: { buildRequest: 'x' } };
    assert.equal(signatureOf(await as(parts.platform).patch(metadata, { type: 'merge', body })), 'carl');
  });
});
