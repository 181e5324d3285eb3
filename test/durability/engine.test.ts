import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Answer, Seen } from '../../packages/engine/src/testing/front-door.ts';
import { type EngineProcess, fairlead, startEngineProcess } from './engine-process.ts';

const kills = 10;
const clients = 64;
const collection = '/api/v1/namespaces/default/configmaps';

/** Names to texts. */
type State = Map<string, string>;

interface Listed {
  readonly revision: number;
  readonly state: State;
}

const list = async ({ door }: EngineProcess): Promise<Listed> => {
  const { body } = await door.get(collection);
  const items = body.items as { metadata: { name: string }; data: { text: string } }[];
  const state = new Map(items.map(({ metadata, data }) => [metadata.name, data.text]));
  return { revision: Number(body.metadata.resourceVersion), state };
};

/** What clients know: what was acknowledged, and what was under way when nobody answered any more. */
class Knowledge {
  readonly state: State = new Map();
  readonly underWay = new Map<string, string | undefined>();
  /** The texts that were acknowledged, by revision. */
  readonly written = new Map<number, string>();
  acknowledged = 0;

  /** Holds what is there to what is known, and learns what became of the writes under way. */
  learn({ revision, state }: Listed): void {
    assert.ok(revision >= Math.max(0, ...this.written.keys()), 'the revision does not go back');
    for (const [name, text] of this.underWay) {
      const found = state.get(name);
      assert.ok(found === text || found === this.state.get(name), `${name} is one of the two`);
      this.#set(name, found);
    }
    this.underWay.clear();
    assert.deepEqual(state, this.state);
  }

  /** One write of a client: without a text, a deletion. Throws when the server is gone. */
  async write(engine: EngineProcess, name: string, text: string | undefined): Promise<void> {
    this.underWay.set(name, text);
    const { status, body } = await this.#send(engine, name, text);
    assert.ok(status < 300, `${name}: ${status}`);
    this.underWay.delete(name);
    this.#set(name, text);
    this.acknowledged += 1;
    if (text !== undefined) this.written.set(Number(body.metadata.resourceVersion), text);
  }

  #send({ door }: EngineProcess, name: string, text: string | undefined): Promise<Answer> {
    if (text === undefined) return door.delete(`${collection}/${name}`);
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text } };
    return this.state.has(name) ? door.put(`${collection}/${name}`, body) : door.post(collection, body);
  }

  #set(name: string, text: string | undefined): void {
    if (text === undefined) this.state.delete(name);
    else this.state.set(name, text);
  }
}

/** Creates, replaces and deletes until so much is acknowledged to all clients together that the server is killed. */
async function actUntilKilled(
  engine: EngineProcess,
  knowledge: Knowledge,
  { client, enough }: { readonly client: number; readonly enough: number },
): Promise<void> {
  try {
    for (let count = 0; ; count += 1) {
      if (knowledge.acknowledged >= enough) await engine.kill();
      const name = `map-${client}-${count % 2}`;
      const deletes = count % 5 > 2 && knowledge.state.has(name);
      await knowledge.write(
        engine,
        name,
        deletes ? undefined : `${name} ${Math.random()} ${'x'.repeat(700)}`,
      );
    }
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
  }
}

const revisionOf = ({ object }: Seen): number => Number(object.metadata.resourceVersion);

/** A watch from what was listed before leads to what is listed now, and sees all that was acknowledged between, once. */
async function checkWatch(
  engine: EngineProcess,
  knowledge: Knowledge,
  { from, to }: { readonly from: Listed; readonly to: Listed },
): Promise<number> {
  const { door } = engine;
  const watching = await door.watch(`${collection}?watch=true&resourceVersion=${from.revision}`);
  const state = new Map(from.state);
  // What is written last is seen last.
  await knowledge.write(engine, 'last', String(to.revision));
  const last = Math.max(...knowledge.written.keys());
  for (let seen = 1; watching.events.every((event) => revisionOf(event) !== last); seen += 1) {
    await watching.count(seen);
  }
  watching.close();
  const events = watching.events.filter((event) => revisionOf(event) <= to.revision);
  const revisions = events.map(revisionOf);
  assert.deepEqual(
    revisions,
    [...new Set(revisions)].sort((a, b) => a - b),
  );
  const told = new Map(events.map((event) => [revisionOf(event), String(event.object.data?.text)]));
  for (const [revision, text] of knowledge.written) {
    if (revision > from.revision && revision <= to.revision)
      assert.equal(told.get(revision), text, `revision ${revision}`);
  }
  for (const { type, object } of events) {
    if (type === 'DELETED') state.delete(object.metadata.name);
    else state.set(object.metadata.name, object.data.text);
  }
  assert.deepEqual(state, to.state);
  return events.length;
}

describe('fairlead engine as a process', () => {
  const root = mkdtemp(join(tmpdir(), 'fairlead-engine-'));
  after(async () => rm(await root, { recursive: true }));

  it('loses nothing that it acknowledged to 64 clients over TLS when it is killed', async (t) => {
    const data = join(await root, 'killed');
    const knowledge = new Knowledge();
    const looks: Listed[] = [];
    let events = 0;
    for (let count = 0; count <= kills; count += 1) {
      await using engine = await startEngineProcess(data);
      const now = await list(engine);
      knowledge.learn(now);
      const from = looks[Math.floor(Math.random() * looks.length)];
      if (from) events += await checkWatch(engine, knowledge, { from, to: now });
      looks.push(await list(engine));
      if (count === kills) break;
      const enough = knowledge.acknowledged + 50 + Math.floor(Math.random() * 400);
      const acting = Array.from({ length: clients }, (_, client) =>
        actUntilKilled(engine, knowledge, { client, enough }),
      );
      await Promise.all(acting);
    }
    t.diagnostic(
      `${kills} kills, ${knowledge.acknowledged} writes acknowledged, ${events} events seen again`,
    );
  });

  it('is backed up while it runs, wiped, and restored with the same objects', async () => {
    const [data, copy] = [join(await root, 'data'), join(await root, 'copy.db')];
    const knowledge = new Knowledge();
    let before: Listed;
    {
      await using engine = await startEngineProcess(data);
      for (let count = 0; count < 40; count += 1)
        await knowledge.write(engine, `map-${count}`, `text ${count}`);
      before = await list(engine);
      const backup = ['engine', 'backup', '--data', data, '--to', copy];
      assert.deepEqual(await fairlead(...backup), { status: 0, text: `copied to ${copy}\n` });
      assert.match((await fairlead(...backup)).text, /E_COPY_FAILED[^]*copy\.db exists already/);
      await knowledge.write(engine, 'map-later', 'lost with the wiping');
    }
    await rename(data, `${data}.gone`);
    await mkdir(data);
    await rename(join(`${data}.gone`, 'encryption.keys'), join(data, 'encryption.keys'));
    const { status, text } = await fairlead('engine', 'restore', '--data', data, '--from', copy);
    assert.deepEqual([status, text.replace(/\d+/, 'N')], [0, 'restored as of revision N\n']);
    await using engine = await startEngineProcess(data);
    const restored = await list(engine);
    assert.deepEqual(restored.state, before.state);
    assert.ok(restored.revision > before.revision + 1_000_000);
    const watching = await engine.door.watch(`${collection}?watch=true&resourceVersion=${before.revision}`);
    assert.equal((await watching.count(1))[0]?.object.code, 410);
  });
});
