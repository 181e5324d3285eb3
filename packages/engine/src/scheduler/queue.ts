/** How urgent a pod is: by priority, then by who came first. */
export interface Urgency {
  readonly priority: number;
  readonly since: number;
}

/** Names of pods that wait for a node. */
export class PodQueue {
  readonly #ready = new Map<string, Urgency>();
  readonly #parked = new Map<string, Urgency>();
  /** Most urgent last. Made when it is asked for: many are added at once, then taken one by one. */
  #order: string[] | undefined;

  /** How many are to be tried. */
  get size(): number {
    return this.#ready.size;
  }

  /** How many were tried in vain. */
  get parked(): number {
    return this.#parked.size;
  }

  /** To be tried. A parked one stays parked: nothing has changed for it. */
  add(key: string, urgency: Urgency): void {
    if (this.#parked.has(key) || this.#ready.has(key)) return;
    this.#ready.set(key, urgency);
    this.#order = undefined;
  }

  /** Takes out the most urgent one that is to be tried. */
  next(): string | undefined {
    this.#order ??= [...this.#ready].toSorted(([, a], [, b]) => -byUrgency(a, b)).map(([key]) => key);
    const key = this.#order.pop();
    if (key !== undefined) this.#ready.delete(key);
    return key;
  }

  /** Tried in vain; it waits for `unparkAll`. */
  park(key: string, urgency: Urgency): void {
    this.#parked.set(key, urgency);
  }

  /** Something changed that may let the parked ones in. */
  unparkAll(): void {
    if (this.#parked.size === 0) return;
    for (const [key, urgency] of this.#parked) this.#ready.set(key, urgency);
    this.#parked.clear();
    this.#order = undefined;
  }

  remove(key: string): void {
    this.#parked.delete(key);
    if (this.#ready.delete(key)) this.#order = undefined;
  }

  clear(): void {
    this.#parked.clear();
    this.#ready.clear();
    this.#order = undefined;
  }
}

const byUrgency = (a: Urgency, b: Urgency): number => b.priority - a.priority || a.since - b.since;
