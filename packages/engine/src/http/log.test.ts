import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFrontDoor } from '../testing/front-door.ts';
import type { NodeConnection, NodeLogRequest } from './node-connection.ts';

const pods = '/api/v1/namespaces/default/pods';
const containers = [
  { name: 'web', image: 'web' },
  { name: 'side', image: 'side' },
];

const nodeThat = (asked: NodeLogRequest[]): NodeConnection => ({
  logs(request) {
    asked.push(request);
    const bytes = (async function* () {
      yield Buffer.from('one\n');
      yield Buffer.from('two\n');
    })();
    return Promise.resolve({ status: 200, bytes });
  },
});

test('The log of a pod comes from its node', async () => {
  const asked: NodeLogRequest[] = [];
  await using door = await openFrontDoor({ node: nodeThat(asked) });
  await door.post(pods, { metadata: { name: 'one' }, spec: { containers } });
  const early = await door.get(`${pods}/one/log?container=web`);
  assert.equal(early.body.message, 'pod one does not have a host assigned');
  await door.post(`${pods}/one/binding`, { metadata: { name: 'one' }, target: { name: 'here' } });
  const { body, headers } = await door.get(`${pods}/one/log?container=side&follow=true&tailLines=5&pretty=1`);
  assert.equal(body, 'one\ntwo\n');
  assert.equal(headers['content-type'], 'text/plain');
  const [request] = asked;
  assert.deepEqual([request?.node, request?.pod, request?.container], ['here', 'one', 'side']);
  assert.equal(String(request?.query), 'follow=true&tailLines=5');
});

test('Of several containers one has to be named, and it has to be there', async () => {
  await using door = await openFrontDoor({ node: nodeThat([]) });
  await door.post(pods, { metadata: { name: 'one' }, spec: { containers } });
  const which = await door.get(`${pods}/one/log`);
  assert.equal(
    which.body.message,
    'a container name must be specified for pod one, choose one of: [web side]',
  );
  const wrong = await door.get(`${pods}/one/log?container=nothing`);
  assert.equal(wrong.body.message, 'container nothing is not valid for pod one');
  assert.equal((await door.get(`${pods}/two/log`)).status, 404);
});
