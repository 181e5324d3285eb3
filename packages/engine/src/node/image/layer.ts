import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** An unpacked layer. It is shared by all containers that have it, so nobody writes to it. */
export interface Layer {
  readonly digest: string;
  /** What the layer holds, as folders and files. */
  readonly tree: string;
  readonly notes: LayerNotes;
}

/** What a layer says that is not in its tree (OCI image specification 1.1, "Whiteouts"). */
export interface LayerNotes {
  /** Of the uncompressed layer. */
  readonly diffId: string;
  /** Paths that hide what the layers below have there. */
  readonly whiteouts: readonly string[];
  /** Folders of which nothing from below shows. */
  readonly opaque: readonly string[];
  /** Symbolic links, and the highest folder that the way to their target passes. */
  readonly links: readonly (readonly [path: string, reach: string])[];
  /** What the archive says of entries and the unpacked tree does not: all folders, and files of others or with unusual modes. */
  readonly owned: readonly (readonly [path: string, mode: number, uid: number, gid: number])[];
  /** Symbolic links whose text was made relative, and what it was. */
  readonly targets: readonly (readonly [path: string, target: string])[];
}

export const treeOf = (folder: string): string => join(folder, 'tree');

const notesFile = (folder: string): string => join(folder, 'notes.json');

export const writeNotes = (folder: string, notes: LayerNotes): Promise<void> =>
  writeFile(notesFile(folder), JSON.stringify(notes));

export const readNotes = async (folder: string): Promise<LayerNotes> =>
  JSON.parse(await readFile(notesFile(folder), 'utf8')) as LayerNotes;
