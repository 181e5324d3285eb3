import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { systemClock, systemRandom } from '@fairlead/kube';
import { createAuthentication } from '../../auth/authentication.ts';
import { openServerIdentity } from '../../auth/certificates.ts';
import type { Access } from '../../auth/kubeconfig.ts';
import { openSigningKey } from '../../auth/signing-key.ts';
import { createTokenTable } from '../../auth/tokens.ts';
import { startEngine } from '../../engine.ts';
import { respondValue } from '../respond.ts';
import { listen } from './listen.ts';

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

/** Answers one user, of whom so many requests may wait. */
const listenToOne = async (each: number) => {
  const clock = systemClock;
  const identity = await openServerIdentity({ hosts: ['127.0.0.1'], clock });
  const findUser = createTokenTable([{ token: 'secret', user: { name: 'crowd', groups: masters } }]);
  const key = await openSigningKey();
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    identity,
    authentication: createAuthentication({ key, findUser, findMetadata: () => undefined, clock }),
    clock,
    random: systemRandom,
    limits: { each, all: 100 },
    serve: () => respondValue({}),
  });
  return { listener, ca: identity.ca };
};

test('Who has too many requests waiting is told to come back', async () => {
  const { listener, ca } = await listenToOne(5);
  const open = async () => {
    const socket = connect({ host: listener.host, port: listener.port, ca });
    await once(socket, 'secureConnect');
    return socket;
  };
  const sockets = await Promise.all(Array.from({ length: 20 }, open));
  // They arrive together: the next turn of the event loop finds all of them.
  for (const socket of sockets)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer secret\r\nConnection: close\r\n\r\n');
  const answers = await Promise.all(sockets.map(text));
  const refused = answers.filter((answer) => answer.startsWith('HTTP/1.1 429'));
  assert.ok(refused.length > 0 && refused.length <= 15, `${refused.length} were refused`);
  assert.equal(answers.filter((answer) => answer.startsWith('HTTP/1.1 200')).length, 20 - refused.length);
  for (const answer of refused) assert.match(answer, /retry-after: 1\r\n[^]*"reason":"TooManyRequests"/);
  await listener.close();
});
