import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CheckOptions, Outcome } from './images/check.ts';
import { straceOptions } from './images/trace.ts';
import type { WriterOptions } from './writer.ts';

const skip = spawnSync('strace', ['--version']).error ? 'needs strace' : false;
// A longer run: FAIRLEAD_POWER_CUTS=20000 npm test -- test/durability/images.test.ts
const cuts = Number(process.env['FAIRLEAD_POWER_CUTS'] ?? 2500);
const parts = 2;

const placeOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const memory = (): string => {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
};

/** One life after the other of a store under load, each ended in order or by a kill, in one record. */
function recordLives(folder: string, inject: readonly string[] = []): string {
  const record = join(folder, 'record');
  const path = join(folder, 'data', 'store.db');
  const live = (options: Partial<WriterOptions>): void => {
    const writer = JSON.stringify({ path, writers: 64, ...options } satisfies WriterOptions);
    const args = [...straceOptions(record), ...inject, process.execPath, placeOf('writer.ts'), writer];
    // What it says is in the record.
    const stdio = ['ignore', 'ignore', 'pipe'] as const;
    const { signal, status, stderr } = spawnSync('strace', args, { timeout: 60_000, stdio: [...stdio] });
    const expected = options.killsItself ? 'SIGKILL' : 0;
    assert.equal(signal ?? status, expected, stderr.toString());
  };
  live({ lives: [50, 60], killsItself: true });
  live({ lives: [30, 1, 40] });
  return record;
}

type Question = Omit<CheckOptions, 'part' | 'parts' | 'scratch'>;

async function check(options: Question): Promise<Outcome> {
  const run = promisify(execFile);
  const outcomes = await Promise.all(
    Array.from({ length: parts }, async (_, part) => {
      const all: CheckOptions = { ...options, part, parts, scratch: memory() };
      const { stdout } = await run(process.execPath, [placeOf('images/check.ts'), JSON.stringify(all)]);
      return JSON.parse(stdout) as Outcome;
    }),
  );
  return outcomes.reduce((sum, one) => ({
    steps: one.steps,
    faults: one.faults,
    opened: sum.opened + one.opened,
    distinct: sum.distinct + one.distinct,
    failures: [...sum.failures, ...one.failures],
  }));
}

/** The record stays where it is when something is wrong with it: with a seed it shows the same again. */
function assertNone({ failures }: Outcome, { record, folder }: Question): void {
  const [first] = failures;
  if (first === undefined) return rmSync(dirname(record), { recursive: true });
  const again = JSON.stringify({ record, folder, scratch: memory(), seed: first.seed });
  assert.fail(
    `${failures.length} failures: ${first.message}\nagain: node ${placeOf('images/check.ts')} '${again}'`,
  );
}

describe('what a power cut leaves of a store', { skip }, () => {
  const question = (name: string, inject: readonly string[] = []): Question => {
    const root = mkdtempSync(join(tmpdir(), `fairlead-cuts-${name}-`));
    return { record: recordLives(root, inject), folder: join(root, 'data'), cuts };
  };

  it('opens, holds what was acknowledged and no half of a commit, and goes on', async (t) => {
    const asked = question('orderly');
    const found = await check(asked);
    t.diagnostic(`${found.steps} steps, ${found.opened} power cuts, ${found.distinct} different images`);
    assertNone(found, asked);
    assert.ok(found.distinct >= Math.min(2000, 0.8 * cuts));
  });

  it('is as good after syncs that failed, and of which no later sync can be sure', async (t) => {
    const asked = { ...question('failing', ['-e', 'inject=fsync:error=EIO:when=20+9']), cuts: cuts / 5 };
    const found = await check(asked);
    t.diagnostic(
      `${found.faults} failed syncs, ${found.opened} power cuts, ${found.distinct} different images`,
    );
    assertNone(found, asked);
    assert.ok(found.faults > 5);
  });

  it('is found out by the same eyes when syncs do nothing', async (t) => {
    const asked = { ...question('unsynced'), cuts: 60, withoutSyncs: true };
    const found = await check(asked);
    t.diagnostic(`${found.failures.length} of ${found.opened} power cuts found it`);
    rmSync(dirname(asked.record), { recursive: true });
    assert.ok(found.failures.length > found.opened / 3);
  });
});
