import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  changeFenced,
  configMaps,
  createClient,
  FencedOffError,
  type Leadership,
  leases,
  sleep,
  startLeadership,
  type Term,
  type Transport,
} from '@fairlead/kube';
import { seededRandom, type SimulatedClock, simulatedClock } from '@fairlead/kube/testing';
import { startEngine } from '../src/engine.ts';

const lease = { namespace: 'default', name: 'work' };

/** A process that can be stopped in the middle of everything, like a machine that sleeps, and be woken. */
function createProcess(transport: Transport, clock: SimulatedClock) {
  let isFrozen = false;
  const waiting: (() => void)[] = [];
  const go = (callback: () => void): void => {
    if (isFrozen) waiting.push(callback);
    else callback();
  };
  const running = () => new Promise<void>((resolve) => go(resolve));
  let isCutOff = false;
  const client = createClient(async (request) => {
    await running();
    if (isCutOff) throw new Error('nobody there');
    const response = await transport(request);
    await running();
    return response;
  });
  return {
    client,
    clock: {
      now: () => clock.now(),
      after: (milliseconds: number, callback: () => void) => clock.after(milliseconds, () => go(callback)),
    },
    running,
    cutOff: () => {
      isCutOff = true;
    },
    freeze: () => {
      isFrozen = true;
    },
    thaw: () => {
      isFrozen = false;
      for (const callback of waiting.splice(0)) callback();
    },
  };
}

async function openScene(t: TestContext, seed = 1) {
  const clock = simulatedClock();
  const random = seededRandom(seed);
  const engine = await startEngine({ clock, random });
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };
  const person = createClient(engine.transport());
  await person.json({ method: 'POST', path: '/api/v1/namespaces', body: namespace }).catch(() => {});
  const candidates: Leadership[] = [];
  const candidate = (identity: string) => {
    const process = createProcess(engine.transport(), clock);
    const { client } = process;
    const leadership = startLeadership({ client, clock: process.clock, random, lease, identity });
    candidates.push(leadership);
    return { ...process, leadership, identity };
  };
  t.after(async () => {
    await Promise.all(candidates.map((each) => each.close()));
    await engine.close();
  });
  /** Lets so many seconds pass, with time for the work of each. */
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i += 1) {
      clock.advance(1000);
      for (let turns = 0; turns < 8; turns += 1) await turn();
    }
  };
  const holder = async () => (await person.resource(leases).find(lease))?.spec?.holderIdentity;
  return { clock, random, person, candidate, pass, holder };
}

describe('leadership', () => {
  it('is had by one, and passes on at once when it is given back', async (t) => {
    const { candidate, pass, holder } = await openScene(t);
    const a = candidate('a');
    const first = await a.leadership.elected();
    const b = candidate('b');
    await pass(60);
    assert.equal(await holder(), 'a');
    assert.equal(b.leadership.term, undefined);
    assert.equal(first.signal.aborted, false);
    await a.leadership.close();
    assert.equal(first.signal.aborted, true);
    await pass(3);
    assert.equal(await holder(), 'b');
    assert.equal((await b.leadership.elected()).token, first.token + 1);
  });

  it('passes on when the holder is not heard of, who learns of it when it comes back', async (t) => {
    const { candidate, pass, holder } = await openScene(t);
    const a = candidate('a');
    const term = await a.leadership.elected();
    const b = candidate('b');
    await pass(5);
    a.freeze();
    await pass(14);
    assert.equal(await holder(), 'a', 'not before its time');
    await pass(6);
    assert.equal(await holder(), 'b');
    a.thaw();
    await pass(1);
    assert.equal(term.signal.aborted, true);
    assert.equal(a.leadership.term, undefined);
    assert.equal(b.leadership.term?.token, term.token + 1);
  });

  it('ends in time for a holder that cannot reach the API', async (t) => {
    const { candidate, pass } = await openScene(t);
    const a = candidate('a');
    const term = await a.leadership.elected();
    a.cutOff();
    await pass(9);
    assert.equal(term.signal.aborted, false);
    await pass(2);
    assert.equal(term.signal.aborted, true, 'before others may take over');
  });
});

/** Does the jobs of a ledger one after another, each as one line in it, while it believes that it leads. */
async function work(process: ReturnType<Awaited<ReturnType<typeof openScene>>['candidate']>, term: Term) {
  const { client, clock, identity } = process;
  const maps = client.resource(configMaps);
  for (;;) {
    await sleep(clock, 1000);
    await process.running();
    const write = changeFenced(
      maps,
      { namespace: 'default', name: 'ledger' },
      {
        term,
        annotation: 'example.com/term',
        change: (ledger) => {
          const next = String(Object.keys(ledger.data ?? {}).length).padStart(4, '0');
          return { ...ledger, data: { ...ledger.data, [next]: `${term.token} ${identity}` } };
        },
      },
    );
    const isOver = await write.then(
      () => false,
      (error: unknown) => error instanceof FencedOffError,
    );
    if (isOver || process.leadership.term === undefined) return;
  }
}

const seeds = 20;

it(`no effect is doubled when holders freeze past their lease (${seeds} seeds)`, async (t) => {
  let late = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { candidate, pass, person, random } = await openScene(t, seed);
    const ledger = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'default', name: 'ledger' },
    };
    await person.resource(configMaps).create(ledger);
    const processes = ['a', 'b', 'c'].map(candidate);
    let terms = 0;
    for (const process of processes) {
      const serve = async (): Promise<void> => {
        const term = await process.leadership.elected();
        terms += 1;
        await work(process, term);
        return serve();
      };
      serve().catch(() => {});
    }
    for (let round = 0; round < 8; round += 1) {
      const process = processes[Math.floor(random() * processes.length)];
      process?.freeze();
      await pass(Math.floor(random() * 30));
      process?.thaw();
      await pass(Math.floor(random() * 5));
    }
    const { data = {} } = await person.resource(configMaps).get(ledger.metadata);
    const tokens = Object.keys(data)
      .sort()
      .map((key) => Number(data[key]?.split(' ')[0]));
    // What a term has done is followed by nothing of an earlier one.
    assert.deepEqual(
      tokens,
      tokens.toSorted((x, y) => x - y),
      `seed ${seed}`,
    );
    assert.ok(tokens.length > 10, `seed ${seed}: ${tokens.length} effects`);
    late += terms;
  }
  assert.ok(late > seeds, `${late} terms`);
});
