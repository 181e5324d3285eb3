import sortedBtree from 'sorted-btree';
import type { Clock, KubeObject } from '@fairlead/kube';
import { encodeObject } from '../http/write.ts';
import type { Store, StoredObject } from '../store/contract.ts';
import { follow } from './follow.ts';

const BTree = sortedBtree.default;
type Queue = sortedBtree.default<string, StoredObject>;

/** Which objects live for a time only, and for how long after their last write. */
export interface Lifetime {
  readonly prefix: string;
  readonly milliseconds: number;
}

/**
 * Removes objects when their time is over, as etcd does with keys under a lease: whatever finalizers they have, and for watchers it is a
 * deletion like any other. They wait in order of their ends, so that one timer and one look at the front are enough,
 * however many there are. The returned function ends it.
 */
export const startExpiry = (store: Store, lifetime: Lifetime, clock: Clock): (() => void) =>
  new Expiry(store, lifetime, clock).close;

/** Ends are looked at together, once a second at most: etcd is no more exact. */
const GRAIN = 1_000;
/** A timer cannot be set further than 2^31 ms. */
const LONGEST_WAIT = 24 * 3600 * 1_000;

class Expiry {
  readonly close: () => void;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #milliseconds: number;
  readonly #ends = new Map<string, { readonly revision: number; readonly place: string }>();
  /** By end, then key. */
  readonly #queue: Queue = new BTree<string, StoredObject>();
  #timer: { readonly at: number; readonly cancel: () => void } | undefined;

  constructor(store: Store, { prefix, milliseconds }: Lifetime, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#milliseconds = milliseconds;
    let starting = true;
    const stop = follow(store, {
      prefix,
      onObject: (stored, gone) => this.#observe(stored, { gone, starting }),
    });
    starting = false;
    this.close = () => {
      stop();
      this.#timer?.cancel();
    };
  }

  #observe(
    stored: StoredObject,
    { gone, starting }: { readonly gone: boolean; readonly starting: boolean },
  ): void {
    const known = this.#ends.get(stored.key);
    if (!gone && known?.revision === stored.revision) return;
    if (known !== undefined) this.#queue.delete(known.place);
    this.#ends.delete(stored.key);
    if (gone) return;
    const now = this.#clock.now();
    const written = starting ? Math.min(now, lastWrite(stored.value())) : now;
    const place = `${String(written + this.#milliseconds).padStart(PLACES, '0')} ${stored.key}`;
    this.#ends.set(stored.key, { revision: stored.revision, place });
    this.#queue.set(place, stored);
    this.#arm();
  }

  /** For the front of the queue; a later end never needs an earlier timer. */
  #arm(): void {
    const first = this.#queue.minKey();
    if (first === undefined) return;
    const now = this.#clock.now();
    const wait = Math.max(GRAIN, endOf(first) - now);
    const at = now + Math.min(wait, LONGEST_WAIT);
    if (this.#timer !== undefined && this.#timer.at <= at) return;
    this.#timer?.cancel();
    const cancel = this.#clock.after(at - now, () => {
      this.#timer = undefined;
      this.#expire();
      this.#arm();
    });
    this.#timer = { at, cancel };
  }

  #expire(): void {
    const now = this.#clock.now();
    for (const [place, stored] of this.#queue.entries()) {
      if (endOf(place) > now) break;
      const pending = this.#store.pending(stored.key);
      // A write that is under way has given it another hour.
      if (pending?.revision !== stored.revision) continue;
      // A disk that fails now is asked again: until it is gone it stays at the front.
      this.#store
        .delete(
          stored.key,
          encodeObject(stored.value(), (object) => object),
        )
        .catch(() => {});
    }
  }
}

/** Digits of a time in milliseconds, for some centuries. */
const PLACES = 15;

const endOf = (place: string): number => Number(place.slice(0, PLACES));

/** As the server itself has noted it: clients say what they like of an event's times. */
const lastWrite = ({ metadata }: KubeObject): number => {
  const times = [metadata.creationTimestamp, ...(metadata.managedFields ?? []).map(({ time }) => time)];
  return Math.max(0, ...times.map((time) => Date.parse(time ?? '')).filter(Number.isFinite));
};
