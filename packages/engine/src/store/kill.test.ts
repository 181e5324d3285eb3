import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@fairlead/kube';
import type { Store } from './contract.ts';
import { observe } from './observe.conformance.ts';
import { openSqliteStore } from './sqlite.ts';

const program = fileURLToPath(new URL('./kill.fixture.ts', import.meta.url));

/** Lets a writer run for a moment, kills it, and returns what it said: one line for each acknowledged write. */
async function writeUntilKilled(path: string, fromTheStart: boolean): Promise<string[]> {
  const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const killWithin = (milliseconds: number) =>
    setTimeout(() => child.kill('SIGKILL'), Math.random() * milliseconds);
  if (fromTheStart) killWithin(300);
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (lines.push(line) === 1 && !fromTheStart) killWithin(100);
  }
  assert.deepEqual(await ended, [null, 'SIGKILL']);
  return lines;
}

/** What happened to the store, as far as it was acknowledged or read back: by revision, `WRITTEN /0/1`. */
class Truth {
  readonly acts = new Map<number, string>();

  add(revision: number, act: string): void {
    assert.equal(this.acts.get(revision) ?? act, act, `revision ${revision} stays what it was`);
    this.acts.set(revision, act);
  }

  /** The revision of every object that is there. */
  get state(): Map<string, number> {
    const state = new Map<string, number>();
    for (const [revision, act] of [...this.acts].sort(([a], [b]) => a - b)) {
      const [done, key] = act.split(' ') as [string, string];
      if (done === 'DELETED') state.delete(key);
      else state.set(key, revision);
    }
    return state;
  }
}

/** What was not acknowledged but is there becomes true; all else must be as it was. */
async function check(store: Store, truth: Truth): Promise<void> {
  const observer = observe(store, { after: store.compacted });
  // A backlog comes in one piece, in the next tick.
  await observer.count(store.revision > store.compacted ? 1 : 0);
  const revisions = observer.events.map(({ revision }) => revision);
  assert.deepEqual(
    revisions,
    revisions.map((_, index) => store.compacted + 1 + index),
  );
  for (const { revision, type, object } of observer.events) {
    truth.add(revision, `${type === 'DELETED' ? type : 'WRITTEN'} ${object.key}`);
  }
  assert.equal(store.revision, Math.max(0, ...truth.acts.keys()));
  const objects = store.snapshot().range('/');
  assert.deepEqual(new Map(objects.map(({ key, revision }) => [key, revision])), truth.state);
}

it('a store killed at any moment has lost no acknowledged write, and its revision never goes back', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-store-'));
  const path = join(folder, 'store.db');
  const truth = new Truth();
  let acknowledged = 0;
  try {
    for (let round = 1; round <= 24; round += 1) {
      const lines = await writeUntilKilled(path, round % 4 === 0);
      for (const line of lines.slice(1)) {
        const [revision, ...act] = line.split(' ');
        truth.add(Number(revision), act.join(' '));
      }
      acknowledged += Math.max(0, lines.length - 1);
      const store = await openSqliteStore({ path, clock: systemClock });
      try {
        await check(store, truth);
      } finally {
        await store.close();
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  t.diagnostic(`24 kills, ${acknowledged} acknowledged writes`);
});
