import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, replaceFile } from '../file.ts';
import { type Layer, type LayerNotes, readNotes, treeOf, writeNotes } from './layer.ts';

/**
 * What this node has of images: documents by digest, what a name meant when it was last resolved,
 * and layers, each unpacked once.
 */
export class ImageStore {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folders and removes what an unpacking that never ended has left. */
  static async open(folder: string): Promise<ImageStore> {
    for (const part of ['documents', 'names', 'layers', 'trees']) {
      await mkdir(join(folder, part), { recursive: true, mode: 0o700 });
    }
    await Promise.all(['layers', 'trees'].map((part) => removeUnfinished(join(folder, part))));
    return new ImageStore(folder);
  }

  async document(digest: string): Promise<Uint8Array | undefined> {
    const text = await readIfThere(this.#path('documents', digest));
    return text === undefined ? undefined : Buffer.from(text);
  }

  async keepDocument(digest: string, bytes: Uint8Array): Promise<void> {
    await replaceFile(this.#path('documents', digest), bytes);
  }

  /** The digest that a tag had when it was last asked for. */
  resolved(key: string): Promise<string | undefined> {
    return readIfThere(this.#path('names', key));
  }

  async keepResolved(key: string, digest: string): Promise<void> {
    await replaceFile(this.#path('names', key), digest);
  }

  /** `undefined` when it is not there. */
  async layer(digest: string): Promise<Layer | undefined> {
    const folder = this.#path('layers', digest);
    const notes = await readNotes(folder).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      // Torn by a power cut, and the tree may be too.
      if (error instanceof SyntaxError) return rm(folder, { recursive: true });
      throw error;
    });
    // One of an earlier version, that lacks what is asked now, is unpacked again.
    if (notes && notes.owned === undefined) {
      await rm(folder, { recursive: true });
      return undefined;
    }
    return notes ? { digest, tree: treeOf(folder), notes } : undefined;
  }

  /** The layer appears whole, after `unpack` has filled its tree, or not at all. */
  async addLayer(digest: string, unpack: (tree: string) => Promise<LayerNotes>): Promise<Layer> {
    const unfinished = await mkdtemp(join(this.#folder, 'layers', unfinishedPrefix));
    try {
      await mkdir(treeOf(unfinished));
      const notes = await unpack(treeOf(unfinished));
      await writeNotes(unfinished, notes);
      const folder = this.#path('layers', digest);
      await rename(unfinished, folder);
      return { digest, tree: treeOf(folder), notes };
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      throw error;
    }
  }

  /** The folder that `make` has filled, for this and every later time; it appears whole or not at all. */
  async tree(key: string, make: (root: string) => Promise<void>): Promise<string> {
    const folder = this.#path('trees', key);
    if (existsSync(folder)) return folder;
    const unfinished = await mkdtemp(join(this.#folder, 'trees', unfinishedPrefix));
    try {
      await make(unfinished);
      await rename(unfinished, folder);
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      throw error;
    }
    return folder;
  }

  /** Colons and slashes of digests and names do not belong into file names. */
  #path(part: string, name: string): string {
    return join(this.#folder, part, encodeURIComponent(name));
  }
}

const unfinishedPrefix = 'unfinished-';

async function removeUnfinished(folder: string): Promise<void> {
  const unfinished = (await readdir(folder)).filter((name) => name.startsWith(unfinishedPrefix));
  await Promise.all(unfinished.map((name) => rm(join(folder, name), { recursive: true })));
}
