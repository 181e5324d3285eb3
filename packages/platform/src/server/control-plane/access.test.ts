// Who may come in where: every endpoint of the platform's servers, for every kind of user, on an App of their own,
// of somebody else, and on one that is not there.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { openAccessWorld } from './access.fixture.ts';

const world = await openAccessWorld();
after(() => world[Symbol.asyncDispose]());

/** What an endpoint asks for, as a verb on the App. */
type Verb = 'get' | 'patch' | 'update' | 'delete';

interface Endpoint {
  readonly verb: Verb;
  readonly method: string;
  readonly path: (app: string) => string;
  readonly body?: string;
}

const { blob, manifest } = world;
const on = (verb: Verb, request: string, body?: string): Endpoint => {
  const [method = '', path = ''] = request.split(' ');
  return {
    verb,
    method,
    path: (app) => path.replaceAll('APP', app),
    ...(body !== undefined && { body }),
  };
};

const endpoints: readonly Endpoint[] = [
  on('get', 'GET /git/APP.git/info/refs?service=git-upload-pack'),
  on('patch', 'GET /git/APP.git/info/refs?service=git-receive-pack'),
  on('get', 'POST /git/APP.git/git-upload-pack', '0000'),
  on('patch', 'POST /git/APP.git/git-receive-pack', '0000'),
  on('patch', 'POST /deploy/APP', ''),
  on('get', 'GET /v2/APP/tags/list'),
  on('get', `GET /v2/APP/referrers/${manifest}`),
  on('get', 'GET /v2/APP/manifests/latest'),
  on('get', `HEAD /v2/APP/manifests/${manifest}`),
  on('get', `GET /v2/APP/blobs/${blob}`),
  on('get', `HEAD /v2/APP/blobs/${blob}`),
  on('update', 'POST /v2/APP/blobs/uploads/'),
  on('update', `POST /v2/APP/blobs/uploads/?mount=${blob}&from=team-b/shop`),
  on('update', 'GET /v2/APP/blobs/uploads/none'),
  on('update', 'PATCH /v2/APP/blobs/uploads/none', 'x'),
  on('update', `PUT /v2/APP/blobs/uploads/none?digest=${blob}`, 'x'),
  on('update', 'DELETE /v2/APP/blobs/uploads/none'),
  on('update', 'PUT /v2/APP/manifests/latest', '{}'),
  on('delete', `DELETE /v2/APP/manifests/${manifest}`),
  on('delete', `DELETE /v2/APP/blobs/${blob}`),
];

const roles: Readonly<Record<string, readonly Verb[]>> = {
  stranger: [],
  viewer: ['get'],
  deployer: ['get', 'patch'],
  builder: ['get', 'update'],
  owner: ['get', 'patch', 'update', 'delete'],
};

interface Answer {
  readonly status: number;
  /** Everything that was said, the app's own name left out. */
  readonly said: string;
}

const ask = async (endpoint: Endpoint, app: string, token?: string): Promise<Answer> => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const init = {
    method: endpoint.method,
    headers,
    ...(endpoint.body !== undefined && { body: endpoint.body }),
  };
  const answer = await world.handler(new Request(`http://localhost${endpoint.path(app)}`, init));
  const text = endpoint.method === 'HEAD' ? '' : await answer.text();
  const [namespace = '', name = ''] = app.split('/');
  const said = `${JSON.stringify([...answer.headers])}\n${text}`;
  return { status: answer.status, said: said.replaceAll(namespace, 'NAMESPACE').replaceAll(name, 'NAME') };
};

/** An upload has an id of its own each time; nobody but who may begin one sees any. */
const isRefused = ({ status }: Answer): boolean => [401, 403, 404].includes(status);

describe('the platform’s servers', async () => {
  let count = 0;
  const leaks: string[] = [];
  for (const [role, verbs] of Object.entries(roles)) {
    const token = await world.tokenWith(role, verbs);
    for (const endpoint of endpoints) {
      const what = `${endpoint.method} ${endpoint.path('APP')}`;
      it(`${verbs.includes(endpoint.verb) ? 'let' : 'do not let'} a ${role} in: ${what}`, async () => {
        const own = await ask(endpoint, 'team-a/shop', token);
        const foreign = await ask(endpoint, 'team-b/shop', token);
        const missing = await ask(endpoint, 'team-b/none', token);
        count += 3;
        if (foreign.status !== missing.status || foreign.said !== missing.said)
          leaks.push(`${role}: ${what}`);
        assert.ok(isRefused(foreign), `${foreign.status}`);
        assert.deepEqual(foreign, missing);
        if (!verbs.includes(endpoint.verb)) assert.ok(isRefused(own), `${own.status}`);
        else assert.notDeepEqual(own, foreign);
        // Who may see nothing of an App sees it as one that is not there.
        if (verbs.length === 0) assert.deepEqual(own, await ask(endpoint, 'team-a/none', token));
      });
    }
  }

  for (const [who, token] of [
    ['nobody', undefined],
    ['who has a wrong token', 'wrong'],
  ] as const) {
    it(`ask ${who} for a token, whatever there is`, async () => {
      for (const endpoint of endpoints) {
        for (const app of ['team-a/shop', 'team-b/shop', 'team-b/none']) {
          count += 1;
          assert.equal((await ask(endpoint, app, token)).status, 401, endpoint.path(app));
        }
      }
    });
  }

  it('leak nothing', () => {
    assert.deepEqual(leaks, []);
    assert.equal(count, endpoints.length * 3 * (Object.keys(roles).length + 2));
  });
});
