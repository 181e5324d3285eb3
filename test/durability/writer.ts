// Writes, deletes and compacts as fast as it can, and says what is committed: node writer.ts OPTIONS (JSON)
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { argv, stdin } from 'node:process';
import { systemClock } from '@fairlead/kube';
import { openSqliteStore, type Store, WriteFailedError } from '../../packages/engine/src/store/index.ts';
import { sealingBeside } from './plain-journal.ts';
import { actsOf, encodeAt, renderReport, type Report } from './words.ts';

export interface WriterOptions {
  readonly path: string;
  readonly writers: number;
  /** Begins with the first byte of standard input, so that it can be started beforehand. */
  readonly waits?: boolean;
  /** After so many commits it closes the store and opens it again; each number is one life of the store. Endless without. */
  readonly lives?: readonly number[];
  /** Ends by SIGKILL in place of the last closing. */
  readonly killsItself?: boolean;
}

const options = JSON.parse(argv[2] ?? '') as WriterOptions;

/** One system call, done when it returns: what was said is never ahead of what is so. */
const say = (report: Report): void => {
  let rest = Buffer.from(renderReport(report));
  while (rest.length > 0) rest = rest.subarray(writtenOf(rest));
};

/** A pipe may be full for a moment. */
const writtenOf = (bytes: Buffer): number => {
  try {
    return writeSync(1, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    return 0;
  }
};

/** One opening of the store. */
class Life {
  readonly #store: Store;
  #commits: number;
  #over = false;

  constructor(store: Store, commits: number) {
    this.#store = store;
    this.#commits = commits;
    say({ say: 'opened', revision: store.revision, compacted: store.compacted });
    this.#follow();
  }

  async live(): Promise<void> {
    await Promise.all(Array.from({ length: options.writers }, (_, name) => this.#write(name)));
  }

  #follow(): void {
    this.#store.watch({
      prefix: '/',
      after: this.#store.revision,
      onEvents: (events) => {
        say({ say: 'committed', acts: actsOf(events) });
        this.#commits -= 1;
        this.#over ||= this.#commits <= 0;
      },
      onEnd: () => {
        if (this.#over) return;
        say({ say: 'ended' });
        this.#follow();
      },
    });
  }

  async #write(name: number): Promise<void> {
    for (let count = 0; !this.#over; count += 1) {
      await this.#writeOnce(`/${name}/${count % 3}`, count % 4 === 3);
    }
  }

  async #writeOnce(key: string, deletes: boolean): Promise<void> {
    const gone = deletes && this.#store.pending(key) !== undefined;
    let given = 0;
    const encode = encodeAt(key, (revision) => {
      given = revision;
    });
    try {
      const { revision } = await (gone ? this.#store.delete(key, encode) : this.#store.put(key, encode));
      assert.ok(revision <= this.#store.revision, 'what is acknowledged has been committed');
      await this.#compactSometimes(revision);
    } catch (error) {
      assert.ok(error instanceof WriteFailedError, String(error));
      if (given > this.#store.revision) say({ say: 'lost', act: [given, gone, key] });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #compactSometimes(revision: number): Promise<void> {
    if (revision % 400 !== 0) return;
    say({ say: 'compacting', upTo: revision - 200 });
    await this.#store.compact(revision - 200);
  }
}

if (options.waits) await once(stdin, 'data');
const lives = options.lives ?? [Number.POSITIVE_INFINITY];
for (const [index, commits] of lives.entries()) {
  const { path } = options;
  const store = await openSqliteStore({ path, clock: systemClock, sealing: sealingBeside(path) });
  await new Life(store, commits).live();
  if (options.killsItself && index === lives.length - 1) process.kill(process.pid, 'SIGKILL');
  await store.close();
  say({ say: 'closed' });
}
stdin.destroy();
