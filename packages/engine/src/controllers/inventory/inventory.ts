import {
  type Cache,
  type Change,
  createWorkQueue,
  type Informer,
  type Kind,
  type KubeObject,
  kind,
  openCache,
} from '@fairlead/kube';
import { discoverTypes, type ServedType } from './discover.ts';

/** A change of any object, with the type under which it is served. */
export type Handler = (type: ServedType, change: Change) => void;

/** A live view of every object of every kind that can be listed and deleted, custom ones too. */
export interface Inventory {
  /** Everything that was served at the start has been listed once. */
  readonly ready: Promise<void>;
  types(): readonly ServedType[];
  /** The objects of one namespace, by type; types without any are left out. */
  inNamespace(
    namespace: string,
  ): readonly { readonly type: ServedType; readonly objects: readonly KubeObject[] }[];
  /** Tells of every change, first of the objects that are there. The returned function ends it. */
  subscribe(handler: Handler): () => void;
  close(): Promise<void>;
}

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
  readonly stop: () => void;
}

export function openInventory(cache: Cache): Inventory {
  const shelves = new Map<string, Shelf>();
  const handlers = new Set<Handler>();
  const { clock, random } = cache;
  const first = Promise.withResolvers<void>();
  const queue = createWorkQueue({ clock, random, work: () => refresh().then(first.resolve) });

  const refresh = async (): Promise<void> => {
    const types = (await discoverTypes(cache.client)).filter(isWatchable);
    const served = new Set(types.map(keyOf));
    const gone = [...shelves].filter(([key]) => !served.has(key));
    for (const [key] of gone) shelves.delete(key);
    await Promise.all(gone.map(([, shelf]) => clear(shelf)));
    for (const type of types) if (!shelves.has(keyOf(type))) shelves.set(keyOf(type), open(type));
  };
  const open = (type: ServedType): Shelf => {
    // A custom kind may be taken away again, so its watch has a cache of its own that can be closed.
    const own = isCustom(type) ? openCache({ client: cache.client, clock, random }) : undefined;
    const informer = (own ?? cache).informer(kind(type));
    const stop = informer.subscribe((change) => tell(type, change));
    return { type, informer, stop, close: async () => own?.close() };
  };
  const tell = (type: ServedType, change: Change): void => {
    for (const handler of handlers) handler(type, change);
  };
  /** What was on it is gone with its kind. */
  const clear = async ({ type, informer, stop, close }: Shelf): Promise<void> => {
    stop();
    for (const before of informer.list()) tell(type, { before });
    await close();
  };

  const stopWatching = cache.informer(crds).subscribe(() => queue.add('discover'));
  queue.add('discover');
  return {
    ready: first.promise.then(() => listed([...shelves.values()])),
    types: () => [...shelves.values()].map(({ type }) => type),
    inNamespace: (namespace) =>
      [...shelves.values()]
        .filter(({ type }) => type.namespaced)
        .map(({ type, informer }) => ({ type, objects: informer.list(namespace) }))
        .filter(({ objects }) => objects.length > 0),
    subscribe(handler) {
      handlers.add(handler);
      for (const { type, informer } of shelves.values())
        for (const after of informer.list()) handler(type, { after });
      return () => handlers.delete(handler);
    },
    async close() {
      stopWatching();
      await queue.close();
      for (const { stop } of shelves.values()) stop();
      await Promise.all([...shelves.values()].map(({ close }) => close()));
    },
  };
}

const listed = async (shelves: readonly Shelf[]): Promise<void> =>
  void (await Promise.all(shelves.map(({ informer }) => informer.synced)));

const keyOf = ({ group, resource }: ServedType): string => `${group}/${resource}`;

const isWatchable = (type: ServedType): boolean =>
  !ignored.has(keyOf(type)) && ['list', 'watch', 'delete'].every((verb) => type.verbs.includes(verb));

/** Built-in groups are unqualified or under k8s.io; a definition may not claim those without approval. */
const isCustom = ({ group }: ServedType): boolean => group.includes('.') && !group.endsWith('.k8s.io');
