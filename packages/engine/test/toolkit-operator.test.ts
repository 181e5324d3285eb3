import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  configMaps,
  createClient,
  createMetrics,
  done,
  leases,
  type Operator,
  type RunningOperator,
  startOperator,
} from '@fairlead/kube';
import { seededRandom, simulatedClock } from '@fairlead/kube/testing';
import { startEngine } from '../src/index.ts';

const namespace = 'default';
const lease = { namespace, name: 'stamper' };

/** Writes its name into every config map that has none. */
const stamper = (identity: string, seen: string[]): Operator => ({
  name: 'stamper',
  controllers: ({ start, cache }) => [
    start({
      name: 'stamper',
      for: configMaps,
      scope: { namespace },
      reconcile: async (name, { client }) => {
        const { data } = cache.informer(configMaps, { namespace }).get(name) ?? {};
        if (data?.['by'] !== undefined) return done;
        seen.push(identity);
        await client.resource(configMaps).patch(name, { type: 'merge', body: { data: { by: identity } } });
        return done;
      },
    }),
  ],
});

async function openScene(t: TestContext) {
  const clock = simulatedClock();
  const random = seededRandom(1);
  const engine = await startEngine({ clock, random, freeze: true });
  const running: RunningOperator[] = [];
  t.after(async () => {
    for (const operator of running) await operator.close();
    await engine.close();
  });
  const seen: string[] = [];
  const troubles: unknown[] = [];
  const start = (identity: string, isElected = true) => {
    const metrics = createMetrics();
    const options = { transport: engine.transport(), clock, random, metrics };
    const operator = startOperator(stamper(identity, seen), {
      ...options,
      onTrouble: (error) => troubles.push(error),
      election: isElected ? { lease, identity } : undefined,
    });
    running.push(operator);
    return { operator, metrics };
  };
  const person = createClient(engine.transport());
  const add = (name: string) =>
    person
      .resource(configMaps)
      .create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name } });
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i += 1) {
      clock.advance(1000);
      for (let turns = 0; turns < 10; turns += 1) await turn();
    }
  };
  return { start, add, pass, person, seen, troubles };
}

describe('an operator', () => {
  it('works, and tells how: health and figures', async (t) => {
    const { start, add, pass, seen } = await openScene(t);
    const { operator, metrics } = start('a', false);
    await operator.ready;
    await add('one');
    await pass(1);
    assert.deepEqual(seen, ['a']);
    assert.equal(operator.health(), undefined);
    assert.equal(operator.isReady, true);
    const text = metrics.render();
    assert.match(text, /^controller_runtime_reconcile_total\{controller="stamper",result="done"\} [1-9]/m);
    assert.match(text, /^workqueue_depth\{name="stamper"\} 0$/m);
    assert.match(text, /^controller_runtime_reconcile_time_seconds_count\{controller="stamper"\} [1-9]/m);
  });

  it('of several replicas one works, and another at once when that one stops', async (t) => {
    const { start, add, pass, person, seen, troubles } = await openScene(t);
    const { operator: a } = start('a');
    await a.ready;
    const { operator: b } = start('b');
    await add('one');
    await pass(5);
    assert.deepEqual(seen, ['a']);
    assert.equal(b.isReady, false);
    assert.equal(b.health(), undefined, 'waiting is no illness');
    await a.close();
    await pass(3);
    await b.ready;
    await add('two');
    await pass(1);
    assert.deepEqual(seen, ['a', 'b']);
    assert.equal((await person.resource(leases).get(lease)).spec?.leaseTransitions, 2);
    assert.deepEqual(troubles, []);
  });

  it('that loses the lead stops, and works again when it has it back', async (t) => {
    const { start, add, pass, person, seen } = await openScene(t);
    const { operator } = start('a');
    await operator.ready;
    const other = { holderIdentity: 'other', leaseDurationSeconds: 5, leaseTransitions: 9 };
    await person.resource(leases).patch(lease, { type: 'merge', body: { spec: other } });
    await pass(4);
    await add('one');
    await pass(2);
    assert.deepEqual(seen, [], 'another leads');
    await pass(10);
    assert.deepEqual(seen, ['a']);
    assert.equal((await person.resource(leases).get(lease)).spec?.leaseTransitions, 10);
  });

  it('stopped before it was its turn has not worked', async (t) => {
    const { start, pass } = await openScene(t);
    await start('a').operator.ready;
    const { operator } = start('b');
    await pass(1);
    await operator.close();
    await assert.rejects(operator.ready, /stamper was stopped before it worked/);
  });
});
