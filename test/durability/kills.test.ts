import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../packages/engine/src/store/index.ts';
import { plainJournal } from './plain-journal.ts';
import { checkAgainst, pastOf, Truth } from './truth.ts';
import { type Act, actsOf, parseReport, type Report } from './words.ts';
import type { WriterOptions } from './writer.ts';

const kills = 200;
const program = fileURLToPath(new URL('./writer.ts', import.meta.url));

type Writer = ChildProcessByStdio<Writable, Readable, null>;

const startWriter = (path: string): Writer => {
  const options: WriterOptions = { path, writers: 64, waits: true };
  return spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
};

/** Lets it write until a random moment: a time after its start, or after so many commits. Returns what it said. */
async function writeUntilKilled(writer: Writer): Promise<Report[]> {
  const ended = once(writer, 'exit');
  const kill = (): void => void writer.kill('SIGKILL');
  const commits = 1 + Math.floor(Math.random() * 12);
  writer.stdin.on('error', () => {});
  writer.stdin.write('go');
  // Every third one is killed while it opens what the one before left.
  if (Math.random() < 1 / 3) setTimeout(kill, Math.random() * 60);
  const reports: Report[] = [];
  for await (const line of createInterface(writer.stdout)) {
    // The last line may be cut off where the kill hit.
    if (line.endsWith('}')) reports.push(parseReport(line));
    if (reports.length === commits) setTimeout(kill, Math.random() * 3);
  }
  assert.deepEqual(await ended, [null, 'SIGKILL']);
  return reports;
}

/** What a killed writer said and left, against all that was said before. */
class Aftermath {
  readonly truth = new Truth();
  acknowledged = 0;
  #compacted = 0;

  hear(reports: readonly Report[]): void {
    for (const report of reports) {
      if (report.say === 'opened') {
        assert.equal(report.revision, this.truth.revision, 'it opens where the last one was stopped');
      } else if (report.say === 'committed') this.#commit(report.acts);
      else if (report.say === 'compacting') this.#compacted = report.upTo;
      else assert.fail(`nothing is wrong with the disk, and yet: ${report.say}`);
    }
  }

  /** What is there without having been told is true from now on: nobody will be told otherwise. */
  async look(path: string): Promise<void> {
    const store = await openStore(plainJournal(path));
    try {
      assert.ok(store.revision >= this.truth.revision, 'the revision does not go back');
      assert.ok(store.compacted <= this.#compacted, 'no more history is gone than was given up');
      const untold = await pastOf(store, Math.max(store.compacted, this.truth.revision));
      this.truth.add(actsOf(untold));
      await checkAgainst(this.truth, store, () => Math.floor(Math.random() * store.revision));
    } finally {
      await store.close();
    }
  }

  #commit(acts: readonly Act[]): void {
    this.truth.add(acts);
    this.acknowledged += acts.length;
  }
}

it('64 writers are killed at any moment, again and again, and nothing acknowledged is lost', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-kills-'));
  const path = join(folder, 'data', 'store.db');
  const aftermath = new Aftermath();
  // Started ahead: starting a program is most of what a kill costs.
  const waiting = [startWriter(path), startWriter(path)];
  try {
    for (let count = 1; count <= kills; count += 1) {
      const writer = waiting.shift() as Writer;
      aftermath.hear(await writeUntilKilled(writer));
      waiting.push(startWriter(path));
      // It may have been killed before it made anything.
      if (!existsSync(path)) continue;
      // A copy is looked at: what the kill left is for the next writer, which may be killed over it.
      cpSync(join(folder, 'data'), join(folder, 'copy'), { recursive: true });
      await aftermath.look(join(folder, 'copy', 'store.db'));
      rmSync(join(folder, 'copy'), { recursive: true });
    }
  } finally {
    for (const writer of waiting) writer.kill('SIGKILL');
    await Promise.all(waiting.map((writer) => once(writer, 'exit')));
    rmSync(folder, { recursive: true });
  }
  const untold = aftermath.truth.acts.length - aftermath.acknowledged;
  t.diagnostic(`${kills} kills, ${aftermath.acknowledged} writes told, ${untold} more were there`);
});
