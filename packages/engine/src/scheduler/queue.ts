/** How urgent a pod is: by priority, then by who came first. */
export interface Urgency {
  readonly priority: number;
  readonly since: number;
}

/** Names of pods that wait for a node. */
export interface PodQueue {
  /** To be tried. A parked one stays parked: nothing has changed for it. */
  add(key: string, urgency: Urgency): void;
  /** Takes out the most urgent one that is to be tried. */
  next(): string | undefined;
  /** Tried in vain; it waits for `unparkAll`. */
  park(key: string, urgency: Urgency): void;
  /** Something changed that may let the parked ones in. */
  unparkAll(): void;
  remove(key: string): void;
  clear(): void;
  readonly size: number;
  readonly parked: number;
}

export function createPodQueue(): PodQueue {
  const ready = new Map<string, Urgency>();
  const parked = new Map<string, Urgency>();
  // Kept sorted lazily, most urgent last: many are added at once, then taken one by one.
  let sorted: string[] | undefined;
  const order = (): string[] =>
    (sorted ??= [...ready].toSorted(([, a], [, b]) => -byUrgency(a, b)).map(([key]) => key));
  return {
    add(key, urgency) {
      if (parked.has(key) || ready.has(key)) return;
      ready.set(key, urgency);
      sorted = undefined;
    },
    next() {
      const key = order().pop();
      if (key !== undefined) ready.delete(key);
      return key;
    },
    park(key, urgency) {
      parked.set(key, urgency);
    },
    unparkAll() {
      if (parked.size === 0) return;
      for (const [key, urgency] of parked) ready.set(key, urgency);
      parked.clear();
      sorted = undefined;
    },
    remove(key) {
      parked.delete(key);
      if (ready.delete(key)) sorted = undefined;
    },
    clear() {
      parked.clear();
      ready.clear();
      sorted = undefined;
    },
    get size() {
      return ready.size;
    },
    get parked() {
      return parked.size;
    },
  };
}

const byUrgency = (a: Urgency, b: Urgency): number => b.priority - a.priority || a.since - b.since;
