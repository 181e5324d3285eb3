import { parseReport, type Report } from '../words.ts';

/** A change of what lies on the disk, or a word of the writer, in the order in which they happened. */
export type Step =
  | { readonly do: 'create'; readonly path: string }
  | { readonly do: 'unlink'; readonly path: string }
  | { readonly do: 'rename'; readonly path: string; readonly to: string }
  | { readonly do: 'syncFolder'; readonly path: string }
  /** Without an offset: at the end, as a file that is written from its beginning grows. */
  | { readonly do: 'write'; readonly path: string; readonly offset?: number; readonly bytes: Buffer }
  | { readonly do: 'truncate'; readonly path: string; readonly size: number }
  /** When it failed, nobody knows what of the writes before it is on the disk, and no later sync tells. */
  | { readonly do: 'sync'; readonly path: string; readonly failed: boolean }
  | { readonly do: 'say'; readonly report: Report };

/** The calls to record; whatever else a store might use to change a file must be named here to be noticed. */
export const recordedCalls =
  'openat,write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,sync_file_range,msync,ftruncate,truncate,' +
  'fallocate,copy_file_range,sendfile,rename,renameat,renameat2,unlink,unlinkat,link,linkat';

/** How strace has to write the record: file names beside descriptors, all text in hexadecimal and whole. */
export const straceOptions = (record: string): readonly string[] => {
  const form = ['-f', '-y', '-xx', '-s', '200000', '--seccomp-bpf', '-e', 'signal=none'];
  return [...form, '-e', `trace=${recordedCalls}`, '-A', '-o', record];
};

const hexText = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex');

/** `17 pwrite64(27<\x2f…>, "\x41…", 8192, 56) = 8192`, of which another thread may have cut off the end. */
const call = /^(\d+)\s+(\w+)\((.*?)(?:\)\s+= (-?\d+).*| <unfinished \.\.\.>)$/s;
const rest = /^(\d+)\s+<\.\.\. (\w+) resumed>.*\)\s+= (-?\d+)/s;
const file = /^(\d+)<((?:\\x[0-9a-f]{2})*)>/;
const quoted = /"((?:\\x[0-9a-f]{2})*)"/;

interface Called {
  readonly name: string;
  readonly args: string;
}

/** What the record says about the files in `folder`. Throws on a call that this model does not know. */
export function parseTrace(record: string, folder: string): Step[] {
  const steps: Step[] = [];
  const unfinished = new Map<string, Called>();
  const inFolder = folder.replaceAll(/./gs, (letter) => `\\x${letter.charCodeAt(0).toString(16)}`);
  for (const line of record.split('\n')) {
    if (!line.includes(inFolder) && !line.includes('write(1<') && !line.includes('resumed>')) continue;
    const [, thread = '', name = '', args = '', result] = call.exec(line) ?? [];
    const [, resumed = '', , laterResult] = rest.exec(line) ?? [];
    if (name !== '') {
      // The disk may have the effect of a write from when it begins, that of a sync only when it has ended.
      if (changes(name)) push(steps, stepOf({ name, args }, Number(result ?? 0)), folder);
      else if (result === undefined) unfinished.set(thread, { name, args });
      else push(steps, stepOf({ name, args }, Number(result)), folder);
    } else if (resumed !== '') {
      const begun = unfinished.get(resumed);
      unfinished.delete(resumed);
      if (begun) push(steps, stepOf(begun, Number(laterResult)), folder);
    }
  }
  return steps;
}

const changes = (name: string): boolean => name === 'write' || name === 'pwrite64' || name === 'ftruncate';

const push = (steps: Step[], step: Step | undefined, folder: string): void => {
  if (step === undefined) return;
  if (step.do === 'say') steps.push(step);
  else if (step.path === folder) steps.push({ do: 'syncFolder', path: folder });
  else if (step.path.startsWith(`${folder}/`)) steps.push(step);
};

function stepOf({ name, args }: Called, result: number): Step | undefined {
  const [, descriptor, hexPath = ''] = file.exec(args) ?? [];
  const text = quoted.exec(args)?.[1] ?? '';
  const path = hexText(hexPath).toString();
  const last = Number(args.slice(args.lastIndexOf(',') + 1));
  if (name === 'fsync' || name === 'fdatasync') return { do: 'sync', path, failed: result < 0 };
  if (name === 'write' && descriptor === '1') return sayingOf(hexText(text).toString());
  if (result < 0) return undefined;
  if (name === 'pwrite64') return { do: 'write', path, offset: last, bytes: hexText(text) };
  if (name === 'write') return { do: 'write', path, bytes: hexText(text) };
  if (name === 'rename') return renaming(args);
  if (name === 'ftruncate') return { do: 'truncate', path, size: last };
  if (name === 'unlink') return { do: 'unlink', path: hexText(text).toString() };
  if (name === 'openat' && args.includes('O_CREAT')) return { do: 'create', path: hexText(text).toString() };
  if (name === 'openat') return undefined;
  throw new Error(`the model of the disk does not know ${name}(${args.slice(0, 200)}`);
}

const renaming = (args: string): Step => {
  const [path = '', to = ''] = [...args.matchAll(new RegExp(quoted, 'g'))].map(([, hex = '']) =>
    hexText(hex).toString(),
  );
  return { do: 'rename', path, to };
};

const sayingOf = (line: string): Step | undefined =>
  line.startsWith('{') ? { do: 'say', report: parseReport(line) } : undefined;
