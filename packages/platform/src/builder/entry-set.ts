import type { Entry } from './entry.ts';
import { unsafe } from './safe-path.ts';

/** Entries by path, each one once, and nothing below what is no folder. */
export interface EntrySet {
  /** Throws E_SOURCE_UNSAFE when it cannot stand beside the others: two readers could see two different sources. */
  add(entry: Entry): void;
  get(path: string): Entry | undefined;
  values(): Entry[];
}

export const createEntrySet = (): EntrySet => {
  const byPath = new Map<string, Entry>();
  return {
    add(entry) {
      const { path } = entry;
      const before = byPath.get(path);
      if (before && !(before.kind === 'folder' && entry.kind === 'folder'))
        throw unsafe(path, 'it comes twice');
      for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
        const folder = path.slice(0, end);
        const kind = byPath.get(folder)?.kind;
        if (kind === undefined) byPath.set(folder, { kind: 'folder', path: folder });
        else if (kind !== 'folder') throw unsafe(path, `${folder} is a ${kind}, not a folder`);
      }
      byPath.set(path, entry);
    },
    get: (path) => byPath.get(path),
    values: () => [...byPath.values()],
  };
};
