import type { StoreEvent, StoreWatchOptions } from './contract.ts';

/** What must reach a watch before anything else does. */
interface Beginning {
  /** Everything known after the revision that the watch asked for. */
  readonly backlog: readonly StoreEvent[];
  /** The revision up to which the backlog is complete. */
  readonly revision: number;
}

/** The watches with one prefix. */
type Group = Set<Watch>;

/** All open watches, found by key without asking each of them. */
export class Watches {
  /** By length of prefix, then by prefix: an event costs one look-up for each length in use. */
  readonly #groups = new Map<number, Map<string, Group>>();

  open(options: StoreWatchOptions, beginning: Beginning): { close(): void } {
    const watch = new Watch(options, beginning);
    this.#add(watch);
    return {
      close: () => {
        watch.close();
        this.#remove(watch);
      },
    };
  }

  /** Takes events in order of revision; watches with the same prefix share one array of them. */
  deliver(events: readonly StoreEvent[]): void {
    for (const [length, groups] of this.#groups) {
      for (const [group, batch] of batchesFor(events, length, groups)) {
        for (const watch of group) watch.deliver(batch);
      }
    }
  }

  /** Ends them all. */
  end(): void {
    const ended = [...this.#groups.values()].flatMap((group) => [...group.values()]);
    this.#groups.clear();
    for (const watches of ended) {
      for (const watch of watches) watch.end();
    }
  }

  #add(watch: Watch): void {
    const { prefix } = watch;
    const groups = this.#groups.get(prefix.length) ?? new Map<string, Group>();
    const group = groups.get(prefix) ?? new Set<Watch>();
    this.#groups.set(prefix.length, groups.set(prefix, group.add(watch)));
  }

  #remove(watch: Watch): void {
    const { prefix } = watch;
    const groups = this.#groups.get(prefix.length);
    const group = groups?.get(prefix);
    group?.delete(watch);
    if (group?.size === 0) groups?.delete(prefix);
    if (groups?.size === 0) this.#groups.delete(prefix.length);
  }
}

/** Which of the events each group is to see, by the first `length` characters of their keys. */
function batchesFor(
  events: readonly StoreEvent[],
  length: number,
  groups: ReadonlyMap<string, Group>,
): ReadonlyMap<Group, readonly StoreEvent[]> {
  const batches = new Map<Group, StoreEvent[]>();
  let prefix: string | undefined;
  let group: Group | undefined;
  for (const event of events) {
    const { key } = event.object;
    if (key.length < length) continue;
    // What is written together mostly begins alike, and then nothing is looked up.
    if (prefix === undefined || !key.startsWith(prefix)) {
      prefix = key.slice(0, length);
      group = groups.get(prefix);
    }
    if (group === undefined) continue;
    const batch = batches.get(group);
    if (batch === undefined) batches.set(group, [event]);
    else batch.push(event);
  }
  return batches;
}

class Watch {
  readonly prefix: string;
  readonly #options: StoreWatchOptions;
  /** What the backlog holds, or what the client has seen already, is not delivered again. */
  readonly #after: number;
  /** Gone once delivered: in a later tick, when the client has its handle. */
  #backlog: StoreEvent[] | undefined;
  #open = true;

  constructor(options: StoreWatchOptions, { backlog, revision }: Beginning) {
    this.prefix = options.prefix;
    this.#options = options;
    this.#after = Math.max(options.after, revision);
    this.#backlog = backlog.filter((event) => event.object.key.startsWith(options.prefix));
    queueMicrotask(() => this.#catchUp());
  }

  deliver(batch: readonly StoreEvent[]): void {
    const [first] = batch;
    const fresh =
      first && first.revision > this.#after ? batch : batch.filter((e) => e.revision > this.#after);
    if (this.#backlog) this.#backlog.push(...fresh);
    else this.#send(fresh);
  }

  close(): void {
    this.#open = false;
  }

  end(): void {
    if (!this.#open) return;
    this.#open = false;
    guarded(() => this.#options.onEnd());
  }

  #catchUp(): void {
    const backlog = this.#backlog ?? [];
    this.#backlog = undefined;
    this.#send(backlog);
  }

  #send(events: readonly StoreEvent[]): void {
    if (this.#open && events.length > 0) guarded(() => this.#options.onEvents(events));
  }
}

/** One client's bug must not keep events from the others; it surfaces as an uncaught error all the same. */
function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
