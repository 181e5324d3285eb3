import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, release, totalmem, type as osType } from 'node:os';

/** What of the machine is measured anew at each beat. */
export interface Measures {
  /** Of the file system with the node's folder, in bytes and files. */
  readonly disk: {
    readonly total: number;
    readonly free: number;
    readonly files: number;
    readonly freeFiles: number;
  };
  /** Memory that could be given out, in bytes. */
  readonly freeMemory: number;
}

/** Rejects when the folder is not there. */
export async function measureMachine(folder: string): Promise<Measures> {
  const { bsize, blocks, bavail, files, ffree } = await statfs(folder);
  return {
    disk: { total: bsize * blocks, free: bsize * bavail, files, freeFiles: ffree },
    freeMemory: availableMemory(),
  };
}

/** What the kernel could give out, with what it would take back from its caches. */
function availableMemory(): number {
  const kibibytes = /^MemAvailable:\s*(\d+) kB/m.exec(readText('/proc/meminfo'))?.[1];
  return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024;
}

/** Pods share one machine: this many is where it would be another kind of machine. */
const podLimit = '250';

/** What the machine has for pods. */
export const machineResources = () => ({
  cpu: String(availableParallelism()),
  memory: `${Math.floor(totalmem() / 1024)}Ki`,
  pods: podLimit,
});

/** What does not change while the machine runs. */
export const readSystem = () => {
  const machineID = readText('/etc/machine-id').trim();
  return {
    kernelVersion: release(),
    osImage: /^PRETTY_NAME="?([^"\n]*)/m.exec(readText('/etc/os-release'))?.[1] ?? osType(),
    machineID,
    systemUUID: readText('/sys/class/dmi/id/product_uuid').trim() || machineID,
  };
};

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // Not every system has it, and not everybody may read it.
  }
}
