import { readFileSync } from 'node:fs';
import { scanProcesses } from '../process/table.ts';
import { markedFolder } from '../process/marker.ts';

/** What something has used: processor time since it began, and memory now. */
export interface Used {
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** The kernel counts in hundredths of a second for programs, whatever its own clock (time(7), USER_HZ). */
const tickMs = 10;

/** By the folder of its attempt: the processes of each container together, also those that have ended and were waited for. */
export async function readContainers(): Promise<ReadonlyMap<string, Used>> {
  const found = new Map<string, Used>();
  for (const { pid, environment } of await scanProcesses()) {
    const folder = markedFolder(environment);
    const used = folder === undefined ? undefined : readProcessUse(pid);
    if (folder === undefined || used === undefined) continue;
    const { cpuMs = 0, memoryBytes = 0 } = found.get(folder) ?? {};
    found.set(folder, { cpuMs: cpuMs + used.cpuMs, memoryBytes: memoryBytes + used.memoryBytes });
  }
  return found;
}

function readProcessUse(pid: number): Used | undefined {
  const [stat, status] = ['stat', 'status'].map((name) => readText(`/proc/${pid}/${name}`));
  return stat === undefined || status === undefined ? undefined : parseProcessUse(stat, status);
}

/** proc(5): utime, stime and both of the children, after the name in brackets; VmRSS is what is in memory. */
export function parseProcessUse(stat: string, status: string): Used | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  const kibibytes = Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0);
  return Number.isNaN(ticks) ? undefined : { cpuMs: ticks * tickMs, memoryBytes: kibibytes * 1024 };
}

/** Of the whole machine. */
export function readMachine(): Used {
  return parseMachineUse(readText('/proc/stat') ?? '', readText('/proc/meminfo') ?? '');
}

/** Busy is all but idle and waiting for a disk; what the system could give back at once is not used. */
export function parseMachineUse(stat: string, memory: string): Used {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (/^cpu .*$/m.exec(stat)?.[0] ?? '')
    .split(/\s+/)
    .map((field) => Number(field) || 0);
  const kibibytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(memory)?.[1] ?? 0);
  return {
    cpuMs: (user + nice + system + irq + softirq) * tickMs,
    memoryBytes: (kibibytes('MemTotal') - kibibytes('MemAvailable')) * 1024,
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // The process ended meanwhile, or there is no /proc.
  }
}
