import type { StoreEvent } from './contract.ts';

/** How much of the past a store keeps at hand for watches that resume. */
export interface HistoryLimits {
  readonly events: number;
  /** Of the objects in those events. */
  readonly bytes: number;
}

/** The latest events in order of revision, and which journal records fell out of use with the older ones. */
export class History {
  readonly #limits: HistoryLimits;
  #events: StoreEvent[] = [];
  /** Where the events begin in the array: cutting off its head each time would cost a copy. */
  #start = 0;
  #bytes = 0;
  #compacted = 0;
  #dead: number[] = [];

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /** Nothing is known of what happened up to and including this revision. */
  get compacted(): number {
    return this.#compacted;
  }

  /** How many journal records wait to be deleted. */
  get dead(): number {
    return this.#dead.length;
  }

  push(event: StoreEvent): void {
    this.#events.push(event);
    this.#bytes += event.object.bytes.byteLength;
    while (this.#size > this.#limits.events || this.#bytes > this.#limits.bytes) this.#dropOldest();
  }

  forget(revision: number): void {
    while (this.#size > 0 && this.#at(this.#start).revision <= revision) this.#dropOldest();
    this.#compacted = Math.max(this.#compacted, revision);
  }

  /** What happened after a revision that is not below `compacted`. */
  since(revision: number): StoreEvent[] {
    let [low, high] = [this.#start, this.#events.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at(middle).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#events.slice(low);
  }

  /** Hands over the revisions of up to `limit` dead records. */
  takeDead(limit: number): number[] {
    return this.#dead.splice(0, limit);
  }

  giveBackDead(revisions: readonly number[]): void {
    this.#dead.push(...revisions);
  }

  get #size(): number {
    return this.#events.length - this.#start;
  }

  #at(index: number): StoreEvent {
    const event = this.#events[index];
    if (!event) throw new RangeError(`history has no event ${index}`);
    return event;
  }

  #dropOldest(): void {
    const event = this.#at(this.#start);
    this.#start += 1;
    this.#bytes -= event.object.bytes.byteLength;
    this.#compacted = event.revision;
    if (event.previous) this.#dead.push(event.previous.revision);
    if (event.type === 'DELETED') this.#dead.push(event.revision);
    if (this.#start > 1000 && this.#start > this.#events.length / 2) {
      this.#events = this.#events.slice(this.#start);
      this.#start = 0;
    }
  }
}
