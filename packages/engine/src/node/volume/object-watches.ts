import {
  type Client,
  type Clock,
  configMaps,
  type KubeObject,
  openCache,
  persistentVolumeClaims,
  type Random,
  secrets,
} from '@fairlead/kube';

export interface WatchedObject {
  readonly kind: 'secret' | 'configmap' | 'persistentvolumeclaim';
  readonly namespace: string;
  readonly name: string;
}

/** Tells of changes of single objects that pods mount. */
export interface ObjectWatches {
  /** Calls back when the object may have changed since; the returned function ends it. */
  watch(object: WatchedObject, onNews: () => void): () => void;
  close(): Promise<void>;
}

export interface ObjectWatchOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
}

interface Entry {
  readonly listeners: Set<() => void>;
  close(): Promise<void>;
}

const kinds = { secret: secrets, configmap: configMaps, persistentvolumeclaim: persistentVolumeClaims };

/** One watch for each object, however many pods mount it, and none for what nobody does: a node is not told of the others. */
export function openObjectWatches(options: ObjectWatchOptions): ObjectWatches {
  const entries = new Map<string, Entry>();
  const closing = new Set<Promise<void>>();
  const end = (key: string, entry: Entry): void => {
    entries.delete(key);
    const closed = entry.close().finally(() => closing.delete(closed));
    closing.add(closed);
  };
  return {
    watch(object, onNews) {
      const key = `${object.kind}/${object.namespace}/${object.name}`;
      const entry = entries.get(key) ?? openEntry(options, object);
      entries.set(key, entry);
      // Two pods may bring the same function.
      const listener = () => onNews();
      entry.listeners.add(listener);
      return () => {
        entry.listeners.delete(listener);
        if (entry.listeners.size === 0 && entries.get(key) === entry) end(key, entry);
      };
    },
    async close() {
      for (const [key, entry] of entries) end(key, entry);
      await Promise.all(closing);
    },
  };
}

function openEntry(options: ObjectWatchOptions, { kind, namespace, name }: WatchedObject): Entry {
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const cache = openCache(options);
  const scope = { namespace, fieldSelector: `metadata.name=${name}` };
  const informer = cache.informer<KubeObject>(kinds[kind], scope);
  // What came between the reading of the object and the first list is told with it.
  informer.subscribe(tell);
  return { listeners, close: () => cache.close() };
}
