import type { Random } from '@fairlead/kube';
import type { Step } from './trace.ts';

/** A change of a file's content. */
interface Change {
  readonly id: number;
  readonly offset: number;
  /** What is written there, or undefined: the file is cut or grown to `offset`. */
  readonly bytes: Buffer | undefined;
  /**
   * - `loose`: not synced yet, a power cut may drop it.
   * - `settled`: synced.
   * - `lost`: a sync of it failed; a power cut may drop it for ever after.
   */
  state: 'loose' | 'settled' | 'lost';
}

interface Inode {
  readonly id: number;
  /** The changes that are on the disk for good, from the first on. */
  base: Buffer;
  /** How often `base` changed. */
  version: number;
  changes: Change[];
}

/** What a power cut leaves, and a name for it: the same name, the same bytes. */
export interface Image {
  readonly name: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** How cruel a power cut is: everything unsynced gone, all of it there, the last write torn, or any part of it. */
const manners = ['nothing', 'everything', 'torn', 'some'] as const;

/** A drive writes at least this much in one piece. */
const sector = 512;

/** One folder of files, as the page cache has it and as the platter may have it. */
export class Disk {
  readonly #inodes = new Map<string, Inode>();
  /** The names as they are after a power cut, before the changes that were not synced. */
  #synced = new Map<string, Inode>();
  #names: (readonly (readonly [path: string, inode: Inode | undefined])[])[] = [];
  #ids = 0;

  take(step: Step): void {
    if (step.do === 'say') return;
    if (step.do === 'syncFolder') return this.#syncNames();
    if (step.do === 'create') return this.#create(step.path);
    if (step.do === 'unlink') return this.#unlink(step.path);
    if (step.do === 'rename') return this.#rename(step.path, step.to);
    const inode = this.#inodes.get(step.path);
    // A file that lost its name and is still open: nobody will find it.
    if (!inode) return;
    if (step.do === 'sync') settle(inode, step.failed);
    else this.#change(inode, step);
  }

  /** What a power cut now may leave. */
  cut(variant: number, random: Random): Image {
    const manner = manners[Math.min(variant, manners.length - 1)] ?? 'some';
    const names = new Map(this.#synced);
    const kept = this.#names.filter(() => survives(manner, random));
    for (const [path, inode] of kept.flat()) {
      if (inode) names.set(path, inode);
      else names.delete(path);
    }
    const contents = [...names].map(([path, inode]) => ({ path, ...contentOf(inode, manner, random) }));
    return {
      name: contents.map(({ path, name }) => `${path} ${name}`).join('\n'),
      files: new Map(contents.map(({ path, bytes }) => [path, bytes])),
    };
  }

  #create(path: string): void {
    if (this.#inodes.has(path)) return;
    this.#ids += 1;
    const inode: Inode = { id: this.#ids, base: Buffer.alloc(0), version: 0, changes: [] };
    this.#inodes.set(path, inode);
    this.#names.push([[path, inode]]);
  }

  #unlink(path: string): void {
    this.#inodes.delete(path);
    this.#names.push([[path, undefined]]);
  }

  /** Both names change together, or neither does. */
  #rename(path: string, to: string): void {
    const inode = this.#inodes.get(path);
    if (!inode) throw new Error(`there is no ${path} to rename`);
    this.#inodes.delete(path);
    this.#inodes.set(to, inode);
    this.#names.push([
      [path, undefined],
      [to, inode],
    ]);
  }

  #syncNames(): void {
    this.#synced = new Map(this.#inodes);
    this.#names = [];
  }

  #change(inode: Inode, step: Extract<Step, { do: 'write' | 'truncate' }>): void {
    this.#ids += 1;
    const what =
      step.do === 'write'
        ? { offset: step.offset ?? play(inode.base, inode.changes).length, bytes: step.bytes }
        : { offset: step.size };
    inode.changes.push({ id: this.#ids, bytes: undefined, ...what, state: 'loose' });
  }
}

/** After a sync what was loose is settled; what is settled with nothing doubtful before it goes into the base. */
function settle(inode: Inode, failed: boolean): void {
  for (const change of inode.changes) {
    if (change.state === 'loose') change.state = failed ? 'lost' : 'settled';
  }
  const emptied = inode.changes.findLastIndex(
    ({ state, bytes, offset }) => state === 'settled' && bytes === undefined && offset === 0,
  );
  if (emptied >= 0) inode.changes.splice(0, emptied);
  const doubtful = inode.changes.findIndex(({ state }) => state !== 'settled');
  const settled = inode.changes.splice(0, doubtful < 0 ? inode.changes.length : doubtful);
  if (settled.length === 0) return;
  inode.base = play(inode.base, settled);
  inode.version += 1;
}

function contentOf(
  inode: Inode,
  manner: (typeof manners)[number],
  random: Random,
): { readonly name: string; readonly bytes: Buffer } {
  const kept = inode.changes.filter(({ state }) => state === 'settled' || survives(manner, random));
  const last = kept.at(-1);
  const tears = manner === 'torn' || (manner === 'some' && random() < 0.5);
  const torn = tears && last && last.state !== 'settled' ? tear(last, random) : undefined;
  const changes = torn ? [...kept.slice(0, -1), ...torn] : kept;
  const names = changes.map(({ id, offset, bytes }) => `${id}@${offset}+${bytes?.length}`);
  return { name: `${inode.id}.${inode.version} ${names.join()}`, bytes: play(inode.base, changes) };
}

const survives = (manner: (typeof manners)[number], random: Random): boolean =>
  manner === 'some' ? random() < 0.6 : manner !== 'nothing';

/** Of a write, some sectors. */
function tear(change: Change, random: Random): Change[] {
  const { bytes, offset } = change;
  if (!bytes) return [change];
  const pieces: Change[] = [];
  const end = offset + bytes.length;
  for (let at = offset; at < end; at = (Math.floor(at / sector) + 1) * sector) {
    const next = Math.min(end, (Math.floor(at / sector) + 1) * sector);
    if (random() < 0.5) {
      pieces.push({ ...change, offset: at, bytes: bytes.subarray(at - offset, next - offset) });
    }
  }
  return pieces;
}

/** A file after changes, none of which is in what it was before. */
function play(before: Buffer, changes: readonly Change[]): Buffer {
  let size = before.length;
  let most = size;
  for (const { offset, bytes } of changes) {
    size = bytes ? Math.max(size, offset + bytes.length) : offset;
    most = Math.max(most, size);
  }
  const after = Buffer.alloc(most);
  before.copy(after);
  let length = before.length;
  for (const { offset, bytes } of changes) {
    // What is cut off reads as zeros when the file grows again.
    if (!bytes) after.fill(0, offset, Math.max(offset, length));
    else bytes.copy(after, offset);
    length = bytes ? Math.max(length, offset + bytes.length) : offset;
  }
  return after.subarray(0, length);
}
