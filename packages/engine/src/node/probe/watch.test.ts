import type { Container, Probe } from '@fairlead/kube';
import { simulatedClock } from '@fairlead/kube/testing';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Health, watchHealth } from './container.ts';

const seconds = (count: number): number => count * 1000;

/** A container whose probes answer what the scene says at the moment. */
function openScene(container: Partial<Container>, before?: { started: boolean; ready: boolean }) {
  const clock = simulatedClock(0);
  const asked: number[] = [];
  const failures: string[] = [];
  const answers = { ok: false };
  const { health, ...watched } = watchHealth({
    container: { name: 'web', ...container },
    since: 0,
    clock,
    before,
    ask: () => {
      asked.push(clock.now());
      return Promise.resolve({ ok: answers.ok, message: '' });
    },
    onChange: () => {},
    onFailure: (kind) => failures.push(`${kind} ${clock.now() / 1000}`),
  });
  const pass = async (ms: number): Promise<Health> => {
    // In steps, so that what a probe's answer starts is seen by the clock.
    for (let left = ms; left > 0; left -= 5) {
      clock.advance(Math.min(5, left));
      await new Promise((done) => setImmediate(done));
    }
    return health;
  };
  return { answers, asked, failures, pass, close: () => watched.close(), health };
}

const http: Probe = { httpGet: { port: 80 } };
const exec: Probe = { exec: { command: ['x'] } };

describe('the probes of a container', () => {
  test('without any it is started and ready at once', () => {
    const { health } = openScene({});
    assert.deepEqual(health, { started: true, ready: true, hooking: false, unhealthy: undefined });
  });

  test('readiness is tried every 10 ms until the first success, then in its period', async () => {
    const { asked, answers, pass } = openScene({ readinessProbe: { ...http, periodSeconds: 2 } });
    await pass(100);
    assert.ok(asked.length >= 9 && asked.length <= 11, `${asked.length} tries`);
    answers.ok = true;
    assert.equal((await pass(15)).ready, true);
    const before = asked.length;
    await pass(seconds(6));
    assert.equal(asked.length - before, 3);
  });

  test('a command is tried in its period only', async () => {
    const { asked, pass } = openScene({ readinessProbe: { ...exec, periodSeconds: 1 } });
    await pass(seconds(2));
    assert.deepEqual(
      asked.map((at) => Math.round(at / 1000)),
      [0, 1, 2].slice(0, asked.length),
    );
  });

  test('the initial delay is waited for', async () => {
    const { asked, pass } = openScene({ readinessProbe: { ...http, initialDelaySeconds: 1 } });
    await pass(900);
    assert.deepEqual(asked, []);
    await pass(200);
    assert.ok(asked.length > 5);
  });

  test('readiness is lost after as many failures as the threshold says, and no earlier', async () => {
    const probe = { ...http, periodSeconds: 1, failureThreshold: 3 };
    const { answers, pass } = openScene({ readinessProbe: probe });
    answers.ok = true;
    await pass(50);
    answers.ok = false;
    assert.equal((await pass(seconds(2.5))).ready, true);
    assert.equal((await pass(seconds(1))).ready, false);
    answers.ok = true;
    assert.equal((await pass(seconds(1.5))).ready, true);
  });

  test('eager failures are told once in a period', async () => {
    const { failures, pass } = openScene({ readinessProbe: { ...http, periodSeconds: 1 } });
    await pass(seconds(2.5));
    assert.deepEqual(
      failures.map((failure) => failure.split('.')[0]),
      ['Readiness 1', 'Readiness 2'],
    );
  });

  test('a startup probe holds the others back and gives as much time as it says', async () => {
    const startupProbe = { ...http, periodSeconds: 1, failureThreshold: 3 };
    const livenessProbe = { ...exec, periodSeconds: 1, failureThreshold: 1 };
    const slow = openScene({ startupProbe, livenessProbe });
    assert.equal((await slow.pass(seconds(2.9))).unhealthy, undefined);
    assert.equal(slow.health.started, false);
    assert.match((await slow.pass(seconds(0.3))).unhealthy?.why ?? '', /failed startup probe/);

    const quick = openScene({ startupProbe, livenessProbe });
    await quick.pass(50);
    quick.answers.ok = true;
    assert.deepEqual(await quick.pass(50), {
      started: true,
      ready: true,
      hooking: false,
      unhealthy: undefined,
    });
    quick.answers.ok = false;
    assert.match((await quick.pass(seconds(1.1))).unhealthy?.why ?? '', /failed liveness probe/);
  });

  test('what was ready before the node was restarted is ready until it fails', async () => {
    const { health, pass } = openScene(
      { readinessProbe: { ...http, periodSeconds: 1, failureThreshold: 2 } },
      { started: true, ready: true },
    );
    assert.equal(health.ready, true);
    assert.equal((await pass(seconds(0.5))).ready, true);
    assert.equal((await pass(seconds(2))).ready, false);
  });

  test('nothing is asked after the end', async () => {
    const { asked, pass, close } = openScene({ readinessProbe: http });
    await pass(20);
    close();
    const before = asked.length;
    await pass(100);
    assert.equal(asked.length, before);
  });
});
