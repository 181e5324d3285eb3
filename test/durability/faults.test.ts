import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../packages/engine/src/store/index.ts';
import { plainJournal } from './plain-journal.ts';
import { checkAgainst, pastOf, Truth } from './truth.ts';
import { actsOf, parseReport, type Report } from './words.ts';
import type { WriterOptions } from './writer.ts';

const skip = spawnSync('strace', ['--version']).error ? 'needs strace' : false;
const program = fileURLToPath(new URL('./writer.ts', import.meta.url));

/**
 * How the kernel answers some calls of a real store, by strace's injection. Calls are counted in each thread, and a store
 * that lost its disk begins a new one: each opening works for a while, and long enough to copy its log into its file.
 */
const faults = {
  'whose syncs fail now and then': 'fsync:error=EIO:when=20+9',
  'whose writes fail now and then': 'pwrite64:error=EIO:when=1300+700',
  'that is full now and then': 'pwrite64:error=ENOSPC:when=1300+700',
  'that is read-only now and then': 'pwrite64:error=EROFS:when=1300+700',
} as const;

/** Lets 64 writers make so many commits while the kernel answers so, and returns what they said. */
function writeUnder(fault: string, path: string, commits: number): Report[] {
  const options: WriterOptions = { path, writers: 64, lives: [commits] };
  const [call = ''] = fault.split(':');
  const inject = ['-e', `trace=${call}`, '-e', `inject=${fault}`, '-e', 'signal=none', '-o', '/dev/null'];
  const args = ['-f', '--seccomp-bpf', ...inject, process.execPath, program, JSON.stringify(options)];
  const { status, stdout, stderr } = spawnSync('strace', args, { timeout: 60_000, maxBuffer: 2 ** 26 });
  assert.equal(status, 0, stderr.toString());
  return stdout.toString().trimEnd().split('\n').map(parseReport);
}

/** The store that is left holds what was told, and no watch was told anything else, or anything twice. */
async function checkAfter(path: string, reports: readonly Report[]): Promise<Truth> {
  const truth = new Truth();
  for (const report of reports) if (report.say === 'committed') truth.add(report.acts);
  const store = await openStore(plainJournal(path));
  try {
    truth.add(actsOf(await pastOf(store, Math.max(truth.revision, store.compacted))));
    await checkAgainst(truth, store, () => Math.floor(Math.random() * store.revision));
  } finally {
    await store.close();
  }
  return truth;
}

const count = (reports: readonly Report[], say: Report['say']): number =>
  reports.filter((report) => report.say === say).length;

describe('a store on a disk', { skip }, () => {
  const situation = (title: string, run: (path: string) => Promise<string>): void => {
    it(title, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'fairlead-faults-'));
      try {
        t.diagnostic(await run(join(folder, 'store.db')));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  };

  for (const [title, fault] of Object.entries(faults)) {
    situation(
      `${title} acknowledges nothing that is not there, ends its watches and goes on`,
      async (path) => {
        const reports = writeUnder(fault, path, 150);
        const truth = await checkAfter(path, reports);
        const [ended, lost] = [count(reports, 'ended'), count(reports, 'lost')];
        assert.ok(ended > 1, `${ended} faults`);
        assert.ok(lost >= ended, 'who wrote is told');
        assert.equal(reports.at(-1)?.say, 'closed');
        return `${ended} faults, ${lost} writes refused, ${truth.acts.length} committed`;
      },
    );
  }

  situation('whose syncs take their time pays for one with many writes', async (path) => {
    const reports = writeUnder('fsync:delay_exit=30000', path, 40);
    const truth = await checkAfter(path, reports);
    const commits = count(reports, 'committed');
    assert.equal(count(reports, 'ended'), 0);
    assert.ok(truth.acts.length > 20 * commits, `${truth.acts.length} writes in ${commits} commits`);
    return `${truth.acts.length} writes in ${commits} commits`;
  });
});
