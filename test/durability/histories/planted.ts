import type { JournalBatch, Snapshot, Store, StoreEvent } from '../../../packages/engine/src/store/index.ts';
import type { Plant } from './play.ts';

type OnEvents = (events: readonly StoreEvent[]) => void;

/** The store with some of its methods done otherwise. */
const altered = (store: Store, otherwise: Partial<Store>): Store =>
  new Proxy(store, {
    get(target, name: keyof Store) {
      const value = otherwise[name] ?? target[name];
      return typeof value === 'function' && !otherwise[name] ? value.bind(target) : value;
    },
  });

/** What watches are told, told otherwise. */
const telling = (
  alter: (events: readonly StoreEvent[], random: () => number) => readonly StoreEvent[],
): Plant => ({
  store: (store, random) =>
    altered(store, {
      watch: (options) => {
        const onEvents: OnEvents = (events) => options.onEvents(alter(events, random));
        return store.watch({ ...options, onEvents });
      },
    }),
});

/** What is read, read otherwise: `before` is an older state. */
const showing = (alter: (now: Snapshot, before: Snapshot, random: () => number) => Snapshot): Plant => ({
  store: (store, random) => {
    let before = store.snapshot();
    return altered(store, {
      snapshot: () => {
        const now = store.snapshot();
        const shown = alter(now, before, random);
        if (random() < 0.2) before = now;
        return shown;
      },
    });
  },
});

const swapped = ([first, second, ...rest]: readonly StoreEvent[]): readonly StoreEvent[] =>
  first && second ? [second, first, ...rest] : first ? [first] : [];

/** Bugs that are known from such servers, each as what a client would meet. */
export const planted: Readonly<Record<string, Plant>> = {
  'acknowledges before the disk has it': {
    journal: (journal) => {
      const kept: JournalBatch[] = [];
      return {
        ...journal,
        commit: async (batch) => {
          kept.push(batch);
          if (kept.length > 2) await journal.commit(kept.shift() as JournalBatch);
        },
      };
    },
  },
  'gives a revision again after a restart': {
    store: (store) => {
      let fresh = store.revision > 0;
      return altered(store, {
        put: (key, encode) => {
          const again = fresh && key.includes('configmaps') ? 1 : 0;
          if (again) fresh = false;
          return store.put(key, (revision) => encode(revision - again));
        },
      });
    },
  },
  'skips an event': telling((events, random) => events.filter(() => random() > 0.02)),
  'tells an event twice': telling((events, random) =>
    random() < 0.05 ? [...events, ...events.slice(-1)] : events,
  ),
  'tells two events in the wrong order': telling((events, random) =>
    random() < 0.5 ? swapped(events) : events,
  ),
  'deletes without an event': telling((events) =>
    events.filter(({ type, revision }) => type !== 'DELETED' || revision % 3 > 0),
  ),
  'tells a watch what it has seen already': {
    store: (store) =>
      altered(store, {
        watch: (options) => store.watch({ ...options, after: Math.max(store.compacted, options.after - 1) }),
      }),
  },
  'tells a watch of another namespace': {
    store: (store) =>
      altered(store, {
        watch: (options) =>
          store.watch({ ...options, prefix: options.prefix.replace(/(configmaps\/).*/, '$1') }),
      }),
  },
  'reads what was': showing((now, before, random) => ({
    revision: now.revision,
    get: (key) => (random() < 0.2 ? before : now).get(key),
    range: (...given) => now.range(...given),
    count: (...given) => now.count(...given),
  })),
  'lists half of one state and half of another': showing((now, before) => ({
    revision: now.revision,
    get: (key) => now.get(key),
    range: (prefix, options) => {
      const [fresh, old] = [now.range(prefix, options), before.range(prefix, options)];
      return prefix.includes('configmaps') ? [...old.slice(0, 2), ...fresh.slice(2)] : fresh;
    },
    count: (...given) => now.count(...given),
  })),
  'lists an old state as the newest': showing((now, before, random) => (random() < 0.1 ? before : now)),
  'passes over a precondition': {
    transport: (transport, random) => (request) => {
      if (request.method !== 'PUT' || random() > 0.3) return transport(request);
      const body = JSON.parse(Buffer.from(request.body ?? []).toString()) as { metadata: object };
      const metadata = { ...body.metadata, resourceVersion: undefined };
      return transport({ ...request, body: Buffer.from(JSON.stringify({ ...body, metadata })) });
    },
  },
  'forgets more history than it was told to': {
    store: (store) => altered(store, { compact: (revision) => store.compact(revision + 5) }),
  },
};
