import type { Chunks } from '../oci/client.ts';

/** A file of a source or a layer. Paths have forward slashes, are relative and have no `.` or `..`. */
export interface FileEntry {
  readonly kind: 'file';
  readonly path: string;
  readonly executable: boolean;
  /** Bytes; what `content` gives must be as long. */
  readonly size: number;
  readonly content: () => Uint8Array | Chunks;
}

export interface FolderEntry {
  readonly kind: 'folder';
  readonly path: string;
}

/** A symbolic link. Its target is relative and stays inside. */
export interface LinkEntry {
  readonly kind: 'link';
  readonly path: string;
  readonly target: string;
}

export type Entry = FileEntry | FolderEntry | LinkEntry;

/**
 * The entries below `prefix` in the one order that this set of entries has, with every folder on the way to them. So
 * the same files give the same bytes, however they were found.
 */
export const arrange = (entries: Iterable<Entry>, prefix = ''): Entry[] => {
  const byPath = new Map<string, Entry>();
  const base = prefix === '' ? '' : `${prefix}/`;
  if (prefix !== '') addFolders(byPath, base);
  for (const entry of entries) {
    const path = `${base}${entry.path}`;
    addFolders(byPath, path);
    // A folder may be named explicitly and be implied by what is in it.
    if (!(entry.kind === 'folder' && byPath.has(path))) byPath.set(path, { ...entry, path });
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
};

const addFolders = (byPath: Map<string, Entry>, path: string): void => {
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    const folder = path.slice(0, end);
    if (!byPath.has(folder)) byPath.set(folder, { kind: 'folder', path: folder });
  }
};
