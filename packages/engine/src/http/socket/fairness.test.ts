import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { connect } from 'node:tls';
import type { Access } from '../../auth/kubeconfig.ts';
import { startEngine } from '../../engine.ts';

const CONNECTIONS = 120;
const masters = ['system:masters', 'system:authenticated'];
const users = ['crowd', 'other'].map((name) => ({ name, groups: masters }));

const get = async ({ server, ca, token }: Access, agent: Agent): Promise<IncomingMessage> => {
  const headers = { authorization: `Bearer ${token}` };
  const asked = request(`${server}/api/v1/namespaces/default`, { ca, agent, headers });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer;
};

test('Whoever asks once is answered among the first, however many requests of another wait', async () => {
  await using engine = await startEngine({ listen: { host: '127.0.0.1', port: 0, users } });
  const [crowd, other] = ['crowd', 'other'].map((name) => engine.access(name)) as [Access, Access];
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const own = new Agent({ keepAlive: true });
  const ask = () => Array.from({ length: CONNECTIONS }, () => get(crowd, agent));
  // Connections are made before: a handshake costs more than a request.
  await Promise.all([...ask(), get(other, own)]);
  const places: number[] = [];
  for (let round = 0; round < 9; round++) {
    let answered = 0;
    const all = ask().map((answer) => answer.then(() => answered++));
    await Promise.all([...all, get(other, own).then(() => places.push(answered))]);
  }
  agent.destroy();
  own.destroy();
  const median = places.toSorted((a, b) => a - b)[4] ?? 0;
  assert.ok(median < CONNECTIONS / 2, `answered after ${places.join(', ')} of ${CONNECTIONS} others`);
});

test('Who has too many requests waiting is told to come back', async () => {
  await using engine = await startEngine({ listen: { host: '127.0.0.1', port: 0, users } });
  const { server, ca, token } = engine.access('crowd');
  const { hostname, port } = new URL(server);
  const socket = connect({ host: hostname, port: Number(port), ca });
  await once(socket, 'secureConnect');
  const one = `GET /api/v1/namespaces/default HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n`;
  socket.write(`${one}\r\n`.repeat(1500) + `${one}Connection: close\r\n\r\n`);
  let text = '';
  for await (const chunk of socket as AsyncIterable<Buffer>) text += chunk.toString('latin1');
  const codes = text.match(/HTTP\/1\.1 \d+/g) ?? [];
  assert.deepEqual([...new Set(codes)].sort(), ['HTTP/1.1 200', 'HTTP/1.1 429']);
  const refused = codes.filter((line) => line.endsWith('429')).length;
  assert.equal(text.match(/retry-after: 1\r\n/gi)?.length, refused);
  assert.equal(text.match(/"reason":"TooManyRequests"/g)?.length, refused);
});
