import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { seededRandom } from '../testing/seeded-random.ts';
import { simulatedClock } from '../testing/simulated-clock.ts';
import type { Headers, KubeRequest, Transport } from '../transport.ts';
import { rateLimited } from './rate-limit.ts';
import { retrying } from './retry.ts';

type Answer = readonly [status: number, retryAfter?: string] | Error;

const none: Headers = {};

/** A server that gives these answers, the last one again and again, and a client that lets time pass until it has one. */
function openScene(answers: readonly Answer[]) {
  const clock = simulatedClock();
  const left = [...answers];
  let sent = 0;
  const server: Transport = async () => {
    sent += 1;
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer === undefined || answer instanceof Error) throw answer;
    const [status, after] = answer;
    return {
      status,
      headers: after === undefined ? none : { 'retry-after': after },
      body: { kind: 'empty' },
    };
  };
  const transport = retrying(server, { clock, random: seededRandom(1) });
  const send = async (method: KubeRequest['method'], signal?: AbortSignal) => {
    const started = clock.now();
    const ends: (number | string)[] = [];
    transport({ method, path: '/', query: '', headers: {}, ...(signal && { signal }) }).then(
      ({ status }) => ends.push(status),
      (error: Error) => ends.push(error.message),
    );
    await turn();
    for (let i = 0; i < 1000 && ends.length === 0; i += 1) {
      clock.advance(100);
      await turn();
    }
    return { end: ends[0], sent, took: clock.now() - started };
  };
  return { clock, send };
}

const broken = new Error('reset');

describe('a request', () => {
  const cases: readonly [
    string,
    readonly Answer[],
    KubeRequest['method'],
    number | string | undefined,
    number,
  ][] = [
    ['is sent once when it is answered', [[200]], 'GET', 200, 1],
    ['that is refused is not repeated', [[409]], 'PUT', 409, 1],
    ['is repeated when there were too many', [[429], [429], [201]], 'POST', 201, 3],
    ['is repeated when the server says when to come back', [[503, '1'], [201]], 'POST', 201, 2],
    ['that writes is not repeated when nobody knows what became of it', [[500], [201]], 'POST', 500, 1],
    ['that reads is repeated when the server is unwell', [[500], [502], [200]], 'GET', 200, 3],
    ['is not repeated when the server cannot', [[501], [200]], 'GET', 501, 1],
    ['that reads is repeated when the connection breaks', [broken, [200]], 'GET', 200, 2],
    ['that writes is not repeated when the connection breaks', [broken, [200]], 'PATCH', 'reset', 1],
    ['is given up in the end', [[429]], 'GET', 429, 6],
    ['is not held for minutes', [[429, '120'], [200]], 'GET', 429, 1],
  ];
  for (const [title, answers, method, end, sent] of cases) {
    it(title, async () => {
      const scene = openScene(answers);
      const result = await scene.send(method);
      assert.deepEqual({ end: result.end, sent: result.sent }, { end, sent });
    });
  }

  it('waits as long as the server asks', async () => {
    const { took } = await openScene([[429, '5'], [200]]).send('GET');
    assert(took >= 5000 && took < 6000, `${took}`);
  });

  it('that is aborted while it waits is over', async () => {
    const { end } = await openScene([[429, '5']]).send('GET', AbortSignal.abort(new Error('enough')));
    assert.equal(end, 429, 'the answer that came is given');
  });
});

describe('a limited transport', () => {
  it('lets a burst through and then one request after another', async () => {
    const clock = simulatedClock();
    const passed: number[] = [];
    const transport = rateLimited(
      async () => {
        passed.push(clock.now());
        return { status: 200, headers: {}, body: { kind: 'empty' } };
      },
      { perSecond: 10, burst: 3 },
      clock,
    );
    const started = clock.now();
    const all = Array.from({ length: 5 }, () =>
      transport({ method: 'GET', path: '/', query: '', headers: {} }),
    );
    for (let i = 0; i < 30; i += 1) {
      await turn();
      clock.advance(10);
    }
    await Promise.all(all);
    assert.deepEqual(
      passed.map((at) => at - started),
      [0, 0, 0, 100, 200],
    );
    clock.advance(60_000);
    await transport({ method: 'GET', path: '/', query: '', headers: {} });
    assert.equal(passed[5], clock.now());
  });
});
