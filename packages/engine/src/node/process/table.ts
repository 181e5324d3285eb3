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

/** Which processes belong to somebody: by their session or group, or by a marker in their environment. */
export interface Belonging {
  /** `NAME=value` as it stands in the environment of the processes. */
  readonly marker: string;
  /** Also processes whose marker merely starts so. */
  readonly prefix?: boolean;
  /** The process that led the session when it was started. */
  readonly leader?: Pick<ProcessEntry, 'pid' | 'startTime'> | undefined;
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

/**
 * The living processes that belong to somebody. A process that left its group and its session is
 * found by the marker that it inherited; one that overwrote its environment is found by its session.
 */
export async function findProcesses(belonging: Belonging): Promise<ProcessEntry[]> {
  const found: ProcessEntry[] = [];
  const pids = listPids();
  for (const [at, pid] of pids.entries()) {
    // Reading /proc never waits for a disk, but a thousand processes are not read in one turn.
    if (at % 64 === 63) await new Promise((done) => setImmediate(done));
    const entry = readProcess(pid);
    if (entry !== undefined && isAlive(entry) && belongs(entry, belonging)) found.push(entry);
  }
  return found;
}

/** The environments of all processes that this user may read, as they were when each began. */
export async function listEnvironments(): Promise<string[]> {
  const found: string[] = [];
  for (const [at, pid] of listPids().entries()) {
    if (at % 64 === 63) await new Promise((done) => setImmediate(done));
    const environment = readText(`/proc/${pid}/environ`);
    if (environment !== undefined) found.push(environment);
  }
  return found;
}

function belongs(entry: ProcessEntry, { leader, marker, prefix }: Belonging): boolean {
  const inside = leader !== undefined && (entry.session === leader.pid || entry.group === leader.pid);
  if (inside && entry.startTime >= leader.startTime) return true;
  const environment = readText(`/proc/${entry.pid}/environ`, 'latin1');
  if (environment === undefined) return false;
  const wanted = `\0${Buffer.from(marker, 'utf8').toString('latin1')}${prefix === true ? '' : '\0'}`;
  return `\0${environment}\0`.includes(wanted);
}

function listPids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return []; // No /proc: only process groups are known there.
  }
}

function readText(path: string, encoding: 'utf8' | 'latin1' = 'utf8'): string | undefined {
  try {
    return readFileSync(path, encoding);
  } catch {
    return undefined; // The process ended meanwhile, or belongs to somebody else.
  }
}
