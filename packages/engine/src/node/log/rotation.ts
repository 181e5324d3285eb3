import { execFile } from 'node:child_process';
import { link, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** How much of a container's log is kept. */
export interface LogLimits {
  /** After so many bytes another file begins. */
  readonly maxBytes: number;
  /** With the one that is written to; at least 2. */
  readonly maxFiles: number;
}

/** As a kubelet does unless it is told otherwise (containerLogMaxSize, containerLogMaxFiles). */
export const usualLimits: LogLimits = { maxBytes: 10 * 1024 * 1024, maxFiles: 5 };

/** A file of a log that is not written to any more: `log.0-10485760` holds that part of the raw output. */
interface Past {
  readonly path: string;
  readonly end: number;
}

/** Oldest first. */
async function listPast(log: string): Promise<Past[]> {
  const start = `${basename(log)}.`;
  const names = await readdir(dirname(log));
  return names
    .filter((name) => name.startsWith(start))
    .flatMap((name) => {
      const [, end] = /^\d+-(\d+)$/.exec(name.slice(start.length)) ?? [];
      return end === undefined ? [] : [{ path: join(dirname(log), name), end: Number(end) }];
    })
    .toSorted((a, b) => a.end - b.end);
}

/** How much of the raw output is in the files before the present one, once a turn that a kill has cut short is done. */
export async function pastBytes(log: string): Promise<number> {
  const newest = (await listPast(log)).at(-1);
  if (newest === undefined) return 0;
  const [past, present] = await Promise.all(
    [newest.path, log].map((path) => stat(path).catch(() => undefined)),
  );
  if (past !== undefined && past.ino === present?.ino) await beginAnother(log);
  return newest.end;
}

/** There is a file at that path at every moment: somebody may be about to read it. */
async function beginAnother(log: string): Promise<void> {
  await writeFile(`${log}.next`, '', { mode: 0o600 });
  await rename(`${log}.next`, log);
}

export interface Turn {
  readonly log: string;
  readonly raw: string;
  /** What part of the raw output the file holds. */
  readonly begin: number;
  readonly end: number;
  readonly limits: LogLimits;
}

/**
 * Puts a full file away under a name that says what is in it, so that whoever is killed in between finds his place again;
 * removes the oldest, and gives the room of the raw output back.
 */
export async function putAway({ log, raw, begin, end, limits }: Turn): Promise<void> {
  await link(log, `${log}.${begin}-${end}`);
  await beginAnother(log);
  const past = await listPast(log);
  const tooMany = past.slice(0, Math.max(0, past.length - (limits.maxFiles - 1)));
  await Promise.all(tooMany.map(({ path }) => rm(path, { force: true })));
  await freeStart(raw, end);
}

/** The process goes on to write at the end; what is before stays in the file as a hole. Not every file system can do it. */
async function freeStart(path: string, bytes: number): Promise<void> {
  const args = ['--punch-hole', '--offset', '0', '--length', String(bytes), path];
  await new Promise<void>((done) => {
    execFile('fallocate', args, () => done());
  });
}
