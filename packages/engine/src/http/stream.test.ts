import assert from 'node:assert/strict';
import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { test } from 'node:test';
import { openRbacWorld, RBAC, role, roleBinding } from '../rbac/world.fixture.ts';
import type { NodeConnection, NodeStream, NodeStreamRequest } from './node-connection.ts';

const pods = '/api/v1/namespaces/default/pods';
const shake = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'x' };

const nodeThat = (answer: NodeStream, asked: NodeStreamRequest[] = []): NodeConnection => ({
  logs: () => Promise.reject(new Error('nobody asks for logs here')),
  stream(request) {
    asked.push(request);
    return Promise.resolve(answer);
  },
});

/** A pod on a node, with an init container and two others. */
const openWorld = async (node: NodeConnection) => {
  const world = await openRbacWorld({ node });
  const container = (name: string) => ({ name, image: name });
  const spec = {
    nodeName: 'here',
    initContainers: [container('first')],
    containers: [container('web'), container('side')],
  };
  await world.admin.post(pods, { metadata: { name: 'one' }, spec });
  return world;
};

test('The connection of who execs becomes one to the node of the pod', async () => {
  const [near, far] = duplexPair();
  const asked: NodeStreamRequest[] = [];
  const headers = { upgrade: 'websocket', 'sec-websocket-accept': 'y' };
  await using world = await openWorld(nodeThat({ headers, connection: near }, asked));
  const {
    status,
    headers: agreed,
    body,
  } = await world.admin.transport({
    method: 'GET',
    path: `${pods}/one/exec`,
    query: 'container=web&command=ls&command=-l&stdin=true',
    headers: shake,
  });
  assert.deepEqual([status, agreed], [101, headers]);
  const [request] = asked;
  assert.deepEqual(
    [request?.node, request?.kind, request?.namespace, request?.pod, request?.container],
    ['here', 'exec', 'default', 'one', 'web'],
  );
  assert.deepEqual(request?.query.getAll('command'), ['ls', '-l']);
  assert.equal(request?.headers['sec-websocket-key'], 'x');
  const [client, server] = duplexPair();
  assert.ok(body.kind === 'upgrade');
  body.open(server);
  client.write('from the client');
  assert.equal(String((await once(far, 'data'))[0]), 'from the client');
  far.write('from the node');
  assert.equal(String((await once(client, 'data'))[0]), 'from the node');
  far.destroy();
  near.destroy();
  await once(server, 'close');
});

test('What cannot be talked to is refused by its reason', async () => {
  await using world = await openWorld(nodeThat({ status: 404, message: 'container not found ("web")' }));
  const answer = async (path: string, headers: Readonly<Record<string, string>> = shake) => {
    const { status, body } = await world.admin.get(`${pods}/${path}`, headers);
    return [status, body.message];
  };
  assert.deepEqual(await answer('one/exec?container=web'), [404, 'container not found ("web")']);
  assert.deepEqual(await answer('one/exec?container=web', {}), [400, 'Upgrade request required']);
  const which = 'a container name must be specified for pod one, choose one of: [first web side]';
  assert.deepEqual(await answer('one/attach'), [400, which]);
  assert.deepEqual(await answer('one/exec?container=x'), [400, 'container x is not valid for pod one']);
  assert.deepEqual(await answer('two/portforward'), [404, 'pods "two" not found']);
});

test('Who may read pods may not talk to them; that takes a right of its own', async () => {
  const [connection] = duplexPair();
  await using world = await openWorld(nodeThat({ headers: {}, connection }));
  const reader = role('reader', { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get'] });
  const talker = role('talker', { apiGroups: [''], resources: ['pods/exec'], verbs: ['get'] });
  const roles = `${RBAC}/namespaces/default`;
  for (const one of [reader, talker]) {
    await world.admin.post(`${roles}/roles`, one);
    const { name } = one.metadata;
    await world.admin.post(`${roles}/rolebindings`, roleBinding(name, `Role/${name}`, `User/${name}`));
  }
  const status = async (who: string, part: string): Promise<number> =>
    (await world.as(who).get(`${pods}/one/${part}?container=web`, shake)).status;
  assert.deepEqual([await status('reader', 'exec'), await status('reader', 'portforward')], [403, 403]);
  assert.deepEqual([await status('talker', 'exec'), await status('talker', 'attach')], [101, 403]);
});
