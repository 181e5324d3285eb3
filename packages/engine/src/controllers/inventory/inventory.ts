import {
  type Cache,
  type Change,
  createWorkQueue,
  type Informer,
  type Kind,
  type KubeObject,
  kind,
  openCache,
  type WorkQueue,
} from '@fairlead/kube';
import { discoverTypes, type ServedType } from './discover.ts';

/** A change of any object, with the type under which it is served. */
export type Handler = (type: ServedType, change: Change) => void;

/** A live view of every object of every kind that can be listed and deleted, custom ones too. */
export interface Inventory {
  /** Everything that was served at the start has been listed once. */
  readonly ready: Promise<void>;
  readonly isReady: boolean;
  types(): readonly ServedType[];
  /** The objects of one namespace, by type; types without any are left out. */
  inNamespace(
    namespace: string,
  ): readonly { readonly type: ServedType; readonly objects: readonly KubeObject[] }[];
  /** Tells of every change, first of the objects that are there. The returned function ends it. */
  subscribe(handler: Handler): () => void;
  close(): Promise<void>;
}

export const openInventory = (cache: Cache): Inventory => new LiveInventory(cache);

/** Events own nothing and go by their age: following them would double every write. */
const ignored: ReadonlySet<string> = new Set(['/events', 'events.k8s.io/events']);

const crds: Kind = kind({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  resource: 'customresourcedefinitions',
  namespaced: false,
});

/** One served type under watch. */
interface Shelf {
  readonly type: ServedType;
  readonly informer: Informer<KubeObject>;
  readonly close: () => Promise<void>;
}

class LiveInventory implements Inventory {
  readonly ready: Promise<void>;
  isReady = false;
  readonly #cache: Cache;
  readonly #shelves = new Map<string, Shelf>();
  readonly #handlers = new Set<Handler>();
  readonly #first = Promise.withResolvers<void>();
  readonly #queue: WorkQueue;
  readonly #stopWatching: () => void;

  constructor(cache: Cache) {
    const { clock, random } = cache;
    this.#cache = cache;
    this.#queue = createWorkQueue({ clock, random, work: () => this.#refresh(), backoff: { most: 5000 } });
    this.#stopWatching = cache.informer(crds).subscribe(() => this.#queue.add('discover'));
    this.#queue.add('discover');
    this.ready = this.#listed();
    this.ready.catch(() => {}); // Closing before the first list is no error of ours to raise.
  }

  types(): readonly ServedType[] {
    return [...this.#shelves.values()].map(({ type }) => type);
  }

  inNamespace(namespace: string): ReturnType<Inventory['inNamespace']> {
    return [...this.#shelves.values()]
      .filter(({ type }) => type.namespaced)
      .map(({ type, informer }) => ({ type, objects: informer.list(namespace) }))
      .filter(({ objects }) => objects.length > 0);
  }

  subscribe(handler: Handler): () => void {
    this.#handlers.add(handler);
    for (const { type, informer } of this.#shelves.values())
      for (const after of informer.list()) handler(type, { after });
    return () => this.#handlers.delete(handler);
  }

  async close(): Promise<void> {
    this.#stopWatching();
    this.#handlers.clear();
    this.#first.reject(new Error('the inventory was closed'));
    await this.#queue.close();
    await Promise.all([...this.#shelves.values()].map(({ close }) => close()));
  }

  async #listed(): Promise<void> {
    await this.#first.promise;
    await Promise.all([...this.#shelves.values()].map(({ informer }) => informer.synced));
    this.isReady = true;
  }

  /** Follows what is served now, and no longer what is not. */
  async #refresh(): Promise<void> {
    const types = (await discoverTypes(this.#cache.client)).filter(isWatchable);
    const served = new Set(types.map(keyOf));
    const gone = [...this.#shelves].filter(([key]) => !served.has(key));
    for (const [key] of gone) this.#shelves.delete(key);
    await Promise.all(gone.map(([, shelf]) => this.#clear(shelf)));
    for (const type of types)
      if (!this.#shelves.has(keyOf(type))) this.#shelves.set(keyOf(type), this.#open(type));
    this.#first.resolve();
  }

  #open(type: ServedType): Shelf {
    const { client, clock, random } = this.#cache;
    // A custom kind may be taken away again, so its watch has a cache of its own that can be closed.
    const own = isCustom(type) ? openCache({ client, clock, random }) : undefined;
    const informer = (own ?? this.#cache).informer(kind(type));
    const stop = informer.subscribe((change) => this.#tell(type, change));
    const close = async (): Promise<void> => {
      stop();
      await own?.close();
    };
    return { type, informer, close };
  }

  /** What was on the shelf is gone with its kind. */
  async #clear({ type, informer, close }: Shelf): Promise<void> {
    await close();
    for (const before of informer.list()) this.#tell(type, { before });
  }

  #tell(type: ServedType, change: Change): void {
    for (const handler of this.#handlers) handler(type, change);
  }
}

const keyOf = ({ group, resource }: ServedType): string => `${group}/${resource}`;

const isWatchable = (type: ServedType): boolean =>
  !ignored.has(keyOf(type)) && ['list', 'watch', 'delete'].every((verb) => type.verbs.includes(verb));

/** Built-in groups are unqualified or under k8s.io; a definition may not claim those without approval. */
const isCustom = ({ group }: ServedType): boolean => group.includes('.') && !group.endsWith('.k8s.io');
