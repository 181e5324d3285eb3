import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configMap, failure, listOf, scriptedApi } from '../../test/scripted-api.ts';
import { ApiError, isConflict, isNotFound } from '../error.ts';
import { deployments } from '../kinds/index.ts';
import { configMaps, namespaces } from '../kinds/index.ts';
import type { KubeObject } from '../object.ts';
import type { KubeRequest, Transport } from '../transport.ts';
import { createClient } from './client.ts';
import type { Client } from './contract.ts';

const name = { namespace: 'default', name: 'a' };
const object = configMap('a', '5');

const lineOf = ({ method, path, query }: KubeRequest): string => `${method} ${path}${query && `?${query}`}`;
const bodyOf = ({ body }: KubeRequest): unknown => JSON.parse(Buffer.from(body ?? []).toString());

/** Sends one call to an API that answers with `answer`, and gives what was asked of it. */
async function sent(
  call: (client: Client) => Promise<unknown>,
  answer: object = object,
): Promise<KubeRequest> {
  const api = scriptedApi();
  api.answers(answer);
  await call(createClient(api.transport, { fieldManager: 'tester' }));
  assert.equal(api.requests.length, 1);
  return api.requests[0] as KubeRequest;
}

describe('a client asks for', () => {
  const maps = (client: Client) => client.resource(configMaps);
  const path = '/api/v1/namespaces/default/configmaps';
  const cases: readonly [string, (client: Client) => Promise<unknown>, string][] = [
    ['an object', (c) => maps(c).get(name), `GET ${path}/a`],
    [
      'an object of a group',
      (c) => c.resource(deployments).get(name),
      'GET /apis/apps/v1/namespaces/default/deployments/a',
    ],
    ['a cluster-wide object', (c) => c.resource(namespaces).get(name), 'GET /api/v1/namespaces/a'],
    ['a strange name', (c) => maps(c).get({ ...name, name: 'a/b?c' }), `GET ${path}/a%2Fb%3Fc`],
    ['a creation', (c) => maps(c).create(object), `POST ${path}?fieldManager=tester`],
    ['a replacement', (c) => maps(c).replace(object, { fieldManager: 'x' }), `PUT ${path}/a?fieldManager=x`],
    [
      'a dry run',
      (c) => maps(c).replace(object, { dryRun: true }),
      `PUT ${path}/a?fieldManager=tester&dryRun=All`,
    ],
    [
      'an apply by force',
      (c) => maps(c).apply(object, { force: true }),
      `PATCH ${path}/a?fieldManager=tester&force=true`,
    ],
    ['a status', (c) => maps(c).status.replace(object), `PUT ${path}/a/status?fieldManager=tester`],
    [
      'a scale',
      (c) => c.resource(deployments).scale.get(name),
      'GET /apis/apps/v1/namespaces/default/deployments/a/scale',
    ],
    ['a deletion', (c) => maps(c).delete(object.metadata), `DELETE ${path}/a`],
    [
      'a deletion of many',
      (c) => maps(c).deleteCollection({ namespace: 'default', labelSelector: { matchLabels: { a: 'b' } } }),
      `DELETE ${path}?labelSelector=a%3Db`,
    ],
  ];
  for (const [title, call, line] of cases) {
    it(title, async () => assert.equal(lineOf(await sent(call)), line));
  }

  it('each patch language by its content type', async () => {
    const types = {
      merge: 'application/merge-patch+json',
      json: 'application/json-patch+json',
      strategic: 'application/strategic-merge-patch+json',
    } as const;
    for (const [type, contentType] of Object.entries(types)) {
      const patch = { type: type as 'merge', body: [{ op: 'remove', path: '/data' }] };
      const request = await sent((client) => maps(client).patch(name, patch));
      assert.equal(request.headers['content-type'], contentType);
      assert.deepEqual(bodyOf(request), patch.body);
    }
    const apply = await sent((client) => maps(client).apply({ ...object, metadata: { ...name } }));
    assert.equal(apply.headers['content-type'], 'application/apply-patch+yaml');
  });

  it('a deletion with its conditions', async () => {
    const options = {
      propagationPolicy: 'Foreground',
      preconditions: { uid: 'u' },
      gracePeriodSeconds: 0,
    } as const;
    const request = await sent((client) => maps(client).delete(name, options));
    assert.deepEqual(bodyOf(request), { apiVersion: 'v1', kind: 'DeleteOptions', ...options });
  });

  it('nothing without a name or a namespace that the kind needs', async () => {
    const { transport, requests } = scriptedApi();
    const resource = createClient(transport).resource(configMaps);
    await assert.rejects(async () => resource.get({ name: 'a' }), /ConfigMap a needs a namespace/);
    await assert.rejects(async () => resource.get({ ...name, name: '' }), /empty name/);
    await assert.rejects(resource.apply({ ...object, metadata: { namespace: 'default' } }), /without a name/);
    await assert.rejects(resource.create({ ...object, metadata: { name: 'a' } }), /needs a namespace/);
    assert.equal(requests.length, 0);
  });

  it('nothing when the caller has left already', async () => {
    const { transport, requests } = scriptedApi();
    const signal = AbortSignal.abort(new Error('gone'));
    await assert.rejects(createClient(transport).resource(configMaps).get(name, { signal }), /gone/);
    assert.equal(requests.length, 0);
  });
});

describe('a client answers with', () => {
  const answering = (...answers: readonly object[]) => {
    const api = scriptedApi();
    api.answers(...answers);
    return { api, client: createClient(api.transport) };
  };

  it('the very object of the transport, with all its fields', async () => {
    const strange = { ...object, future: { field: [1, { deep: true }] } };
    const { client } = answering(strange);
    assert.equal(await client.resource(configMaps).get(name), strange);
  });

  it('what the server says when it refuses', async () => {
    const { client } = answering(failure(409, 'Conflict', { name: 'a' }));
    await assert.rejects(client.resource(configMaps).replace(object), (error) => {
      assert(isConflict(error));
      assert.equal(error.code, 409);
      assert.equal(error.status.details?.name, 'a');
      return true;
    });
  });

  it('nothing, from find, when there is nothing', async () => {
    const { client } = answering(failure(404, 'NotFound'));
    assert.equal(await client.resource(configMaps).find(name), undefined);
    await assert.rejects(client.resource(configMaps).get(name), isNotFound);
  });

  it('a refusal in plain text as an ApiError too', async () => {
    const bytes = (async function* () {
      yield Buffer.from('404 page not found\n');
    })();
    const transport: Transport = async () => ({ status: 404, headers: {}, body: { kind: 'stream', bytes } });
    await assert.rejects(createClient(transport).json({ path: '/nowhere' }), (error) => {
      assert(error instanceof ApiError);
      assert.deepEqual([error.code, error.reason, error.message], [404, 'NotFound', '404 page not found']);
      return true;
    });
  });

  it('all pages of a list, each item with its kind', async () => {
    const bare = (item: KubeObject) => ({ metadata: item.metadata }) as KubeObject;
    const page = (next: string | undefined, ...items: readonly KubeObject[]) => ({
      ...listOf('10', ...items.map(bare)),
      metadata: { resourceVersion: '10', ...(next && { continue: next }) },
    });
    const { api, client } = answering(
      page('t1', configMap('a', '1')),
      page('t2', configMap('b', '2')),
      page('', configMap('c', '3')),
    );
    const list = await client
      .resource(configMaps)
      .list({ namespace: 'default', limit: 1, resourceVersion: '0' });
    assert.deepEqual(
      list.items.map(({ kind, apiVersion, metadata }) => [apiVersion, kind, metadata.name]),
      [
        ['v1', 'ConfigMap', 'a'],
        ['v1', 'ConfigMap', 'b'],
        ['v1', 'ConfigMap', 'c'],
      ],
    );
    assert.deepEqual(
      api.requests.map(({ query }) => query),
      ['limit=1&resourceVersion=0', 'limit=1&continue=t1', 'limit=1&continue=t2'],
    );
    assert.deepEqual(list.metadata, { resourceVersion: '10' });
  });

  it('the changes of a watch, until the loop is left', async () => {
    const { api, client } = answering();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { type, object } of client.resource(configMaps).watch({ resourceVersion: '1' })) {
        seen.push(`${type} ${(object as KubeObject).metadata.name}`);
        if (seen.length === 3) break;
      }
    })();
    const watch = await api.nextWatch();
    watch.send(
      { type: 'ADDED', object: configMap('a', '2') },
      { type: 'MODIFIED', object: configMap('a', '3') },
    );
    watch.send({ type: 'DELETED', object: configMap('a', '4') });
    await reading;
    assert.deepEqual(seen, ['ADDED a', 'MODIFIED a', 'DELETED a']);
    assert.equal(api.requests[0]?.signal?.aborted, true);
  });

  it('an end of the watch: by the server, by its error, by its breaking, by the caller', async () => {
    const endings: readonly [
      (watch: Awaited<ReturnType<ReturnType<typeof scriptedApi>['nextWatch']>>, abort: () => void) => void,
      RegExp | undefined,
    ][] = [
      [(watch) => watch.end(), undefined],
      [(watch) => watch.send({ type: 'ERROR', object: failure(410, 'Expired') }), /Expired/],
      [(watch) => watch.end(new Error('socket hang up')), /socket hang up/],
      [(_watch, abort) => abort(), undefined],
    ];
    for (const [ending, expected] of endings) {
      const { api, client } = answering();
      const stop = new AbortController();
      const reading = Array.fromAsync(client.resource(configMaps).watch({ signal: stop.signal }));
      ending(await api.nextWatch(), () => stop.abort());
      if (expected === undefined) assert.deepEqual(await reading, []);
      else await assert.rejects(reading, expected);
    }
  });

  it('the resource that serves a kind', async () => {
    const resources = [
      { name: 'deployments', kind: 'Deployment', namespaced: true },
      { name: 'deployments/status', kind: 'Deployment', namespaced: true },
    ];
    const { client } = answering({ kind: 'APIResourceList', resources });
    assert.deepEqual(await client.discover({ apiVersion: 'apps/v1', kind: 'Deployment' }), {
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      resource: 'deployments',
      namespaced: true,
    });
    assert.equal(await client.discover({ apiVersion: 'apps/v1', kind: 'Nothing' }), undefined);
    const { client: other } = answering(failure(404, 'NotFound'));
    assert.equal(await other.discover({ apiVersion: 'no/v1', kind: 'Deployment' }), undefined);
  });

  it('the log of a container as it comes', async () => {
    const asked: string[] = [];
    const bytes = (async function* () {
      yield Buffer.from('one\n');
      yield Buffer.from('two\n');
    })();
    const transport: Transport = async (request) => {
      asked.push(lineOf(request));
      return { status: 200, headers: {}, body: { kind: 'stream', bytes } };
    };
    const log = await Array.fromAsync(
      createClient(transport).logs(name, { container: 'web', follow: true, tailLines: 10 }),
    );
    assert.equal(Buffer.concat(log).toString(), 'one\ntwo\n');
    assert.deepEqual(asked, [
      'GET /api/v1/namespaces/default/pods/a/log?container=web&follow=true&tailLines=10',
    ]);
  });
});
