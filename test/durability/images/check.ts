// Opens what power cuts would have left of a recorded store: node check.ts OPTIONS (JSON); the last line is the outcome.
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { argv } from 'node:process';
import { systemClock } from '@fairlead/kube';
import { seededRandom } from '@fairlead/kube/testing';
import { openSqliteStore, openStore, type Store } from '../../../packages/engine/src/store/index.ts';
import { plainJournal, sealingBeside } from '../plain-journal.ts';
import { checkAgainst, Truth } from '../truth.ts';
import { type Act, encodeAt } from '../words.ts';
import { Disk, type Image } from './disk.ts';
import { parseTrace, type Step } from './trace.ts';

export interface CheckOptions {
  /** What strace wrote, and the folder of the store that it watched. */
  readonly record: string;
  readonly folder: string;
  /** About so many power cuts, spread over all steps. */
  readonly cuts: number;
  /** Of `parts` processes this one, from 0. */
  readonly part: number;
  readonly parts: number;
  /** Where images are laid; in memory if possible. */
  readonly scratch: string;
  /** Only this one, to look at it. */
  readonly seed?: number;
  /** Syncs do nothing: a store that trusted in them must be caught. */
  readonly withoutSyncs?: boolean;
}

export interface Outcome {
  readonly steps: number;
  /** How many syncs had failed. */
  readonly faults: number;
  readonly opened: number;
  /** How many of the images were different ones. */
  readonly distinct: number;
  readonly failures: readonly { readonly seed: number; readonly message: string }[];
}

/** Up to so many cuts at one step. */
const most = 1000;
/** Every so often the store is opened as the engine opens it, with its thread. */
const threaded = 100;
/** Every so often it is opened once more, for what was written after the cut. */
const reopened = 5;

class Checking {
  readonly #options: CheckOptions;
  readonly #steps: readonly Step[];
  readonly #truth = new Truth();
  /** The last revisions of all commits, in order, each with the step that told of it. */
  readonly #commits: { readonly step: number; readonly revision: number }[] = [{ step: -1, revision: 0 }];
  /** Writes whose commit failed. */
  readonly #lost: Act[] = [];
  readonly #scratch: string;
  readonly #seen = new Set<string>();
  readonly #failures: { seed: number; message: string }[] = [];
  #opened = 0;
  #compacted = 0;

  constructor(options: CheckOptions) {
    this.#options = options;
    this.#scratch = mkdtempSync(join(options.scratch, 'fairlead-images-'));
    this.#steps = parseTrace(readFileSync(options.record, 'latin1'), options.folder);
    for (const [step, found] of this.#steps.entries()) {
      if (found.do !== 'say') continue;
      if (found.report.say === 'lost') this.#lost.push(found.report.act);
      if (found.report.say !== 'committed') continue;
      this.#truth.add(found.report.acts);
      this.#commits.push({ step, revision: this.#truth.revision });
    }
  }

  async run(): Promise<Outcome> {
    const { withoutSyncs = false } = this.#options;
    const disk = new Disk();
    for (const [index, step] of this.#steps.entries()) {
      if (!withoutSyncs || step.do !== 'sync') disk.take(step);
      if (step.do === 'say' && step.report.say === 'compacting') this.#compacted = step.report.upTo;
      for (const seed of this.#seedsAt(index)) await this.#cut(disk, seed);
    }
    rmSync(this.#scratch, { recursive: true });
    const faults = this.#steps.filter((step) => step.do === 'sync' && step.failed).length;
    const [opened, distinct, failures] = [this.#opened, this.#seen.size, this.#failures];
    return { steps: this.#steps.length, faults, opened, distinct, failures };
  }

  #seedsAt(step: number): number[] {
    const { cuts, part, parts, seed } = this.#options;
    const first = step * most;
    if (seed !== undefined) return Math.floor(seed / most) === step ? [seed] : [];
    if (step % parts !== part) return [];
    const count = Math.floor(cuts / this.#steps.length + seededRandom(first)());
    return Array.from({ length: Math.min(count, most) }, (_, index) => first + index);
  }

  async #cut(disk: Disk, seed: number): Promise<void> {
    const random = seededRandom(seed);
    const image = disk.cut(Math.floor(random() * 4), random);
    this.#seen.add(image.name);
    this.#opened += 1;
    const path = this.#lay(image);
    const step = Math.floor(seed / most);
    try {
      const written = await this.#openAndCheck(path, { step, random });
      if (this.#opened % reopened === 0) await this.#openAgain(path, written);
    } catch (error) {
      const { message } = error as Error;
      this.#failures.push({ seed, message: message.slice(0, 2000) });
    }
  }

  #lay(image: Image): string {
    const folder = join(this.#scratch, 'store');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [path, bytes] of image.files) writeFileSync(join(folder, basename(path)), bytes);
    return join(folder, 'store.db');
  }

  /** Opens it, holds it to the truth, and writes: the store goes on. */
  async #openAndCheck(
    path: string,
    { step, random }: { readonly step: number; readonly random: () => number },
  ): Promise<number> {
    const store = await this.#open(path);
    try {
      const { truth, legal } = this.#truthAt(step, store.revision);
      if (!legal) throw new Error(`it is at revision ${store.revision}, where no commit ends`);
      if (store.compacted > this.#compacted) throw new Error(`compacted up to ${store.compacted} unasked`);
      await checkAgainst(truth, store, () => Math.floor(random() * store.revision));
      const { revision } = await store.put('/after', encodeAt('/after'));
      return revision;
    } finally {
      await store.close();
    }
  }

  /**
   * What was acknowledged at a step must be there, and at most the commit under way besides. One that failed may be
   * there until the next one is acknowledged.
   */
  #truthAt(step: number, revision: number): { readonly truth: Truth; readonly legal: boolean } {
    const last = this.#commits.findLastIndex((commit) => commit.step <= step);
    const [acknowledged, next] = this.#commits.slice(last, last + 2).map((commit) => commit.revision);
    if (revision === acknowledged || revision === next) return { truth: this.#truth, legal: true };
    const lost = this.#lost.filter(([at]) => at > (acknowledged ?? 0) && at <= revision);
    const before = this.#truth.acts.filter(([at]) => at <= (acknowledged ?? 0));
    return { truth: new Truth([...before, ...lost]), legal: lost.some(([at]) => at === revision) };
  }

  async #openAgain(path: string, revision: number): Promise<void> {
    const store = await openStore(plainJournal(path));
    const found = store.snapshot().get('/after')?.revision;
    await store.close();
    if (found !== revision) throw new Error(`what was written after the cut is ${found}, not ${revision}`);
  }

  #open(path: string): Promise<Store> {
    return this.#opened % threaded === 0
      ? openSqliteStore({ path, clock: systemClock, sealing: sealingBeside(path) })
      : openStore(plainJournal(path));
  }
}

const outcome = await new Checking(JSON.parse(argv[2] ?? '') as CheckOptions).run();
console.log(JSON.stringify(outcome));
