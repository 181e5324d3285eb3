import { link, lutimes, mkdir, open, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Headers } from 'tar-stream';
import { parseEntryPath, parseLinkTarget, UnsafeEntryError } from './entry-path.ts';
import type { LayerNotes } from './layer.ts';

const whiteout = '.wh.';
const opaqueMarker = '.wh..wh..opq';
/** Files up to this size are written beside each other; larger ones as they come. */
const smallFile = 1024 * 1024;
const writers = 16;

/**
 * Puts the entries of one archive below a folder, which is empty and which nobody else writes to. So
 * what is in it is known from memory: no entry is written through a link, and there is no moment
 * between a check and its use.
 */
export class LayerTree {
  readonly #root: string;
  readonly #kinds = new Map<string, 'folder' | 'file' | 'link'>();
  readonly #whiteouts: string[] = [];
  readonly #opaque: string[] = [];
  readonly #links = new Map<string, string>();
  readonly #owned = new Map<string, Owned>();
  readonly #targets = new Map<string, string>();
  readonly #writing = new Set<Promise<void>>();
  #failure: Error | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  async folder(header: Headers): Promise<void> {
    const parts = parseEntryPath(header.name);
    await this.#makeFolders(parts);
    this.#owned.set(parts.join('/'), ownedOf(header, 0o755));
  }

  async file(header: Headers, content: AsyncIterable<Buffer>): Promise<void> {
    const path = await this.#newPlace(header);
    if (path === undefined) return;
    this.#kinds.set(path, 'file');
    this.#noteOwner(path, header);
    const details = { path: join(this.#root, path), mode: modeOf(header), time: timeOf(header) };
    if ((header.size ?? 0) > smallFile) return writeLarge(details, content);
    const bytes = await readWhole(content);
    await this.#later(writeSmall(details, bytes));
  }

  async symbolicLink(header: Headers): Promise<void> {
    const path = await this.#newPlace(header);
    if (path === undefined) return;
    const target = parseLinkTarget(path.split('/'), header.linkname ?? '');
    this.#kinds.set(path, 'link');
    this.#links.set(path, target.reach);
    if (target.text !== header.linkname) this.#targets.set(path, header.linkname ?? '');
    this.#noteOwner(path, { ...header, mode: 0o755 });
    await symlink(target.text, join(this.#root, path));
  }

  /** Only to a file that the same archive brought before. */
  async hardLink(header: Headers): Promise<void> {
    const target = parseEntryPath(header.linkname ?? '').join('/');
    const path = await this.#newPlace(header);
    if (path === undefined) return;
    if (this.#kinds.get(target) !== 'file' || target === path) {
      throw new UnsafeEntryError(`${JSON.stringify(header.name)} links to what is no file of the same layer`);
    }
    await this.#settled(); // The target may still be on its way.
    this.#kinds.set(path, 'file');
    const owned = this.#owned.get(target);
    if (owned !== undefined) this.#owned.set(path, owned);
    await link(join(this.#root, target), join(this.#root, path));
  }

  /** Waits for what is being written. */
  async finish(): Promise<Omit<LayerNotes, 'diffId'>> {
    await this.#settled();
    return {
      whiteouts: this.#whiteouts,
      opaque: this.#opaque,
      links: [...this.#links],
      owned: [...this.#owned].map(([path, owned]) => [path, ...owned] as const),
      targets: [...this.#targets],
    };
  }

  /** The path of a new file or link, its folders made; `undefined` for a whiteout, which is only noted. */
  async #newPlace(header: Headers): Promise<string | undefined> {
    const parts = parseEntryPath(header.name);
    const name = parts.at(-1);
    if (name === undefined) throw new UnsafeEntryError('an entry would replace the root');
    const folders = parts.slice(0, -1);
    await this.#makeFolders(folders);
    if (name.startsWith(whiteout)) {
      this.#note(folders, name);
      return undefined;
    }
    const path = parts.join('/');
    await this.#removeTwin(path);
    return path;
  }

  #noteOwner(path: string, header: Headers): void {
    const [mode, uid, gid] = ownedOf(header, 0o644);
    const usual = (mode & ~0o755) === 0 && (mode & 0o400) !== 0 && uid === 0 && gid === 0;
    if (!usual) this.#owned.set(path, [mode, uid, gid]);
  }

  #note(folders: readonly string[], name: string): void {
    if (name === opaqueMarker) this.#opaque.push(folders.join('/'));
    // Other names of this form are notes of one union file system to itself.
    else if (!name.startsWith('.wh..wh.')) {
      this.#whiteouts.push(parseEntryPath([...folders, name.slice(whiteout.length)].join('/')).join('/'));
    }
  }

  /** Of two entries for one path the later counts. */
  async #removeTwin(path: string): Promise<void> {
    const kind = this.#kinds.get(path);
    if (kind === undefined) return;
    if (kind === 'folder')
      throw new UnsafeEntryError(`${JSON.stringify(path)} is a folder and something else`);
    await this.#settled();
    for (const known of [this.#links, this.#owned, this.#targets]) known.delete(path);
    await rm(join(this.#root, path));
  }

  async #makeFolders(parts: readonly string[]): Promise<void> {
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const path = parts.slice(0, depth).join('/');
      const kind = this.#kinds.get(path);
      if (kind === 'folder') continue;
      if (kind !== undefined) throw new UnsafeEntryError(`${JSON.stringify(path)} is a ${kind} and a folder`);
      await mkdir(join(this.#root, path));
      this.#kinds.set(path, 'folder');
    }
  }

  async #later(work: Promise<void>): Promise<void> {
    const tracked = work
      .catch((error: Error) => {
        this.#failure ??= error;
      })
      .finally(() => this.#writing.delete(tracked));
    this.#writing.add(tracked);
    if (this.#writing.size >= writers) await Promise.race(this.#writing);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #settled(): Promise<void> {
    await Promise.all(this.#writing);
    if (this.#failure !== undefined) throw this.#failure;
  }
}

type Owned = readonly [mode: number, uid: number, gid: number];

const ownedOf = ({ mode, uid, gid }: Headers, otherwise: number): Owned => [
  (mode ?? otherwise) & 0o7777,
  uid ?? 0,
  gid ?? 0,
];

interface FileDetails {
  readonly path: string;
  readonly mode: number;
  readonly time: Date;
}

async function writeSmall({ path, mode, time }: FileDetails, bytes: Buffer): Promise<void> {
  await writeFile(path, bytes, { flag: 'wx', mode });
  await lutimes(path, time, time);
}

async function writeLarge({ path, mode, time }: FileDetails, content: AsyncIterable<Buffer>): Promise<void> {
  await using file = await open(path, 'wx', mode);
  for await (const chunk of content) await file.write(chunk);
  await file.utimes(time, time);
}

async function readWhole(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** No set-user-id, set-group-id or sticky bits; the owner can always read. */
const modeOf = ({ mode }: Headers): number => ((mode ?? 0o644) & 0o777) | 0o400;

const timeOf = ({ mtime }: Headers): Date =>
  mtime === undefined || Number.isNaN(mtime.getTime()) ? new Date(0) : mtime;
