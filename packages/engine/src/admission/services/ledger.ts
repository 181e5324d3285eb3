import type { Random } from '@fairlead/kube';

/** Numbers that are given out, each to one object: addresses or ports. */
export interface Ledger {
  /** Whether an object has it, or is about to have it. */
  isTaken(number: number): boolean;
  /** Notes who has it. Believed as long as the object, as it is about to be stored, says so. */
  note(number: number, key: string): void;
  forget(number: number, key: string): void;
  /** A free one that is not in `besides`; undefined when there is none left. */
  draw(besides: ReadonlySet<number>): number | undefined;
}

export interface LedgerOptions {
  readonly first: number;
  readonly last: number;
  /** So many at the beginning are drawn last: people choose from them (Kubernetes, "Service ClusterIP allocation"). */
  readonly spared: number;
  readonly random: Random;
  /** Whether an object has the number once all that was enqueued is written. */
  readonly holds: (key: string, number: number) => boolean;
}

/**
 * What an object is given it has only when it is written. Should that fail, nobody has to give anything back: the
 * note names an object that does not have the number, and is not believed.
 */
export const createLedger = ({ first, last, spared, random, holds }: LedgerOptions): Ledger => {
  const owners = new Map<number, string>();
  const isTaken = (number: number): boolean => {
    const owner = owners.get(number);
    if (owner === undefined) return false;
    if (holds(owner, number)) return true;
    owners.delete(number);
    return false;
  };
  const search = (from: number, to: number, besides: ReadonlySet<number>): number | undefined => {
    const size = to - from + 1;
    const start = Math.floor(random() * size);
    for (let tried = 0; tried < size; tried++) {
      const number = from + ((start + tried) % size);
      if (!besides.has(number) && !isTaken(number)) return number;
    }
    return undefined;
  };
  return {
    isTaken,
    note(number, key) {
      if (!isTaken(number)) owners.set(number, key);
    },
    forget(number, key) {
      if (owners.get(number) === key) owners.delete(number);
    },
    draw: (besides) => search(first + spared, last, besides) ?? search(first, first + spared - 1, besides),
  };
};
