import type { DaemonSet } from '@fairlead/kube';

/** The pause after a pod failed on a node, doubled with every further one, up to the longest. */
const first = 1000;
const longest = 900_000;

/**
 * How long a failed pod stays before its place is filled again: a node that refuses a pod would
 * otherwise be offered one after the other without a pause. A new generation of the set begins anew.
 */
export class Retries {
  readonly #pauses = new Map<string, { readonly pause: number; readonly since: number }>();

  /** Milliseconds to wait; 0 when nothing failed there of late. */
  left(set: DaemonSet, node: string, now: number): number {
    const entry = this.#pauses.get(keyOf(set, node));
    return entry === undefined ? 0 : Math.max(0, entry.since + entry.pause - now);
  }

  /** Another pod failed there. */
  note(set: DaemonSet, node: string, now: number): void {
    for (const [key, { since }] of this.#pauses) if (since + 2 * longest < now) this.#pauses.delete(key);
    const key = keyOf(set, node);
    const before = this.#pauses.get(key);
    const pause = before === undefined ? first : Math.min(longest, before.pause * 2);
    this.#pauses.set(key, { pause, since: now });
  }
}

const keyOf = ({ metadata }: DaemonSet, node: string): string =>
  `${metadata.uid}/${metadata.generation}/${node}`;
