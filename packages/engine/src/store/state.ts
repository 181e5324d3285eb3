import sortedBtree from 'sorted-btree';
import type { Snapshot, StoredObject, StoreEvent } from './contract.ts';
import { compareSortable, endOfPrefix, sortable } from './keys.ts';
import type { Stored } from './object.ts';

const BTree = sortedBtree.default;
type Tree = sortedBtree.default<string, Stored>;

/** The newest committed objects, sorted by the bytes of their keys. */
export class State {
  readonly #tree: Tree = new BTree<string, Stored>(undefined, compareSortable);
  #revision = 0;
  #snapshot: Snapshot | undefined;

  get revision(): number {
    return this.#revision;
  }

  get(key: string): Stored | undefined {
    return this.#tree.get(sortable(key));
  }

  /** Takes one change in; changes come in order of revision. */
  apply(object: Stored): StoreEvent {
    const place = sortable(object.key);
    const previous = this.#tree.get(place);
    if (object.deleted) this.#tree.delete(place);
    else this.#tree.set(place, object);
    this.skipTo(object.revision);
    const type = object.deleted ? 'DELETED' : previous ? 'MODIFIED' : 'ADDED';
    return { type, revision: object.revision, object, ...(previous && { previous }) };
  }

  /** The revision never goes back, even when the newest write was a deletion and has been forgotten. */
  skipTo(revision: number): void {
    this.#revision = Math.max(this.#revision, revision);
    this.#snapshot = undefined;
  }

  /** Shares the tree, which copies the nodes that later writes touch. */
  snapshot(): Snapshot {
    this.#snapshot ??= new TreeSnapshot(this.#tree.clone(), this.#revision);
    return this.#snapshot;
  }

  /** The state before these events, which are all there were since `revision`. Costs as much as taking them in did. */
  rewound(events: readonly StoreEvent[], revision: number): Snapshot {
    const tree = this.#tree.clone();
    for (const { object, previous } of events.toReversed()) {
      const place = sortable(object.key);
      if (previous === undefined) tree.delete(place);
      else tree.set(place, previous as Stored);
    }
    return new TreeSnapshot(tree, revision);
  }
}

class TreeSnapshot implements Snapshot {
  readonly revision: number;
  readonly #tree: Tree;

  constructor(tree: Tree, revision: number) {
    this.#tree = tree;
    this.revision = revision;
  }

  get(key: string): StoredObject | undefined {
    return this.#tree.get(sortable(key));
  }

  range(prefix: string, options: { readonly after?: string; readonly limit?: number } = {}): StoredObject[] {
    const { after, limit = Number.POSITIVE_INFINITY } = options;
    const found: StoredObject[] = [];
    if (limit <= 0) return found;
    for (const object of this.#tree.values(start(prefix, after))) {
      if (!object.key.startsWith(prefix)) break;
      if (object.key === after) continue;
      found.push(object);
      if (found.length >= limit) break;
    }
    return found;
  }

  count(prefix: string, options: { readonly after?: string } = {}): number {
    const { after } = options;
    const low = start(prefix, after);
    const first = after !== undefined && low === sortable(after) && this.#tree.has(low) ? 1 : 0;
    // Without a callback the tree adds up the sizes of its leaves.
    return Math.max(0, this.#tree.forRange(low, endOfPrefix(prefix), false) - first);
  }
}

const start = (prefix: string, after = ''): string => {
  const [low, from] = [sortable(prefix), sortable(after)];
  return compareSortable(low, from) < 0 ? from : low;
};
