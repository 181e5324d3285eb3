import { readdirSync, readFileSync } from 'node:fs';

/** One line of the kernel's process table (proc(5), /proc/PID/stat). */
export interface ProcessEntry {
  readonly pid: number;
  readonly state: string;
  readonly group: number;
  readonly session: number;
  /** In clock ticks since boot: with the pid and the boot id it names a process for good. */
  readonly startTime: number;
}

/** A living process with what its environment was when it began; empty when it is somebody else's. */
export interface ProcessView extends ProcessEntry {
  readonly environment: string;
}

/** Changes with every boot of the machine; empty where there is no /proc. */
export const readBootId = (): string => readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';

/** What the kernel says of a process now; `undefined` when there is none (or no /proc). */
export function readProcess(pid: number): ProcessEntry | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : parseStat(stat);
}

/** A zombie is gone: only its parent has not yet asked for its exit code. */
export const isAlive = (entry: ProcessEntry): boolean => entry.state !== 'Z' && entry.state !== 'X';

/** The fields after the command, which may itself contain spaces and brackets. */
export function parseStat(text: string): ProcessEntry | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < 0) return undefined;
  const fields = text.slice(close + 2).split(' ');
  const entry = {
    pid: Number(text.slice(0, open)),
    state: fields[0] ?? '',
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTime: Number(fields[19]),
  };
  return Object.values(entry).some(Number.isNaN) ? undefined : entry;
}

let scanning: Promise<readonly ProcessView[]> | undefined;
let following: Promise<readonly ProcessView[]> | undefined;

/**
 * All living processes, as they are at some moment after the call. Many pods may end at once: who asks
 * while a scan is under way shares the next one.
 */
export function scanProcesses(): Promise<readonly ProcessView[]> {
  if (scanning === undefined) {
    scanning = scan().finally(() => {
      scanning = undefined;
    });
    return scanning;
  }
  following ??= scanning.then(() => {
    following = undefined;
    return scanProcesses();
  });
  return following;
}

async function scan(): Promise<ProcessView[]> {
  const found: ProcessView[] = [];
  for (const [at, pid] of listPids().entries()) {
    // Reading /proc never waits for a disk, but a thousand processes are not read in one turn.
    if (at % 64 === 63) await new Promise((done) => setImmediate(done));
    const entry = readProcess(pid);
    if (entry === undefined || !isAlive(entry)) continue;
    found.push({ ...entry, environment: readText(`/proc/${pid}/environ`) ?? '' });
  }
  return found;
}

function listPids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return []; // No /proc: only process groups are known there.
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // The process ended meanwhile, or belongs to somebody else.
  }
}
