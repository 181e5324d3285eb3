import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** A process that has to do with a test's folder. */
export interface Found {
  readonly pid: number;
  /** Of an app or a build: the folder of the attempt, below the node's folder of pods: `UID/containers/web/0`. */
  readonly attempt: string | undefined;
  /** A part of the platform, by its name in DIR/run. */
  readonly part: string | undefined;
  /** It leads its session: the first process of an attempt. */
  readonly leads: boolean;
  readonly command: string;
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // It ended meanwhile.
  }
};

const statOf = (pid: number): string[] => {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
};

/** What the platform has written down of its own parts, as far as it is true now. */
export const partsOf = (folder: string): Map<number, string> => {
  const run = join(folder, 'data/run');
  const files = readdirSync(run).filter((file) => file.endsWith('.json'));
  const known = files.flatMap((file): [number, string][] => {
    const { pid = 0, startTime = 0 } = parse(read(join(run, file)));
    return Number(statOf(pid)[19]) === startTime ? [[pid, file.slice(0, -'.json'.length)]] : [];
  });
  return new Map(known);
};

const parse = (text: string): { pid?: number; startTime?: number } => {
  try {
    return JSON.parse(text) as { pid?: number; startTime?: number };
  } catch {
    return {};
  }
};

/** Every living process that was started under this folder: by its environment, its command or where it works. */
export const processesUnder = (folder: string): Found[] => {
  const parts = partsOf(folder);
  const pods = `FAIRLEAD_CONTAINER=${join(folder, 'data/node/pods')}/`;
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .flatMap((pid): Found[] => {
      const [state = 'X', , , session] = statOf(pid);
      const environment = read(`/proc/${pid}/environ`).split('\0');
      const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
      const isOurs =
        environment.some((entry) => entry.includes(`=${folder}/`)) ||
        command.includes(folder) ||
        workingFolder(pid).startsWith(folder);
      if (state === 'Z' || state === 'X' || !isOurs) return [];
      const marker = environment.find((entry) => entry.startsWith(pods));
      const attempt = marker?.slice(pods.length);
      return [{ pid, attempt, part: parts.get(pid), leads: Number(session) === pid, command }];
    });
};

/** The attempts that run, each as often as it does. */
export const attemptsOf = (found: readonly Found[]): string[] =>
  found.flatMap(({ attempt, leads }) => (attempt !== undefined && leads ? [attempt] : []));

const workingFolder = (pid: number): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
};

/** Waits until a condition holds; fails with what it found last. */
export const eventually = async <T>(
  what: string,
  look: () => Promise<T> | T,
  { holds, seconds = 30 }: { holds: (found: T) => boolean; seconds?: number },
): Promise<T> => {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (holds(found)) return found;
    if (performance.now() > deadline)
      throw new Error(`${what}: not within ${seconds} s; last seen: ${JSON.stringify(found)}`);
    await new Promise((next) => setTimeout(next, 25));
  }
};
