import type { Clock } from '@fairlead/kube';

/** What the process is like. */
export interface ProcessUse {
  /** CPU time that it has used since it started, in milliseconds. */
  readonly cpu: () => number;
  /** Bytes that its heap holds, live or not, with what lies outside the heap and belongs to it. */
  readonly held: () => number;
  /** Collects all garbage and gives free pages back. Takes tens of milliseconds, in which nothing else happens. */
  readonly collect: () => void;
}

/** How often it is looked at, in milliseconds. */
const interval = 5000;
/** A process that uses less of a core than this is idle. */
const idleShare = 0.05;
/** How many bytes more than after the last collection are worth another one. */
const worthwhile = 4 * 1024 * 1024;

/**
 * Gives memory back when there is nothing else to do: V8 collects when it needs room, so what a burst of work left behind
 * stays until the next one. Returns what ends it.
 */
export const startIdleCollection = (use: ProcessUse, clock: Clock): (() => void) => {
  let cpu = use.cpu();
  let least = 0;
  const look = (): void => {
    const used = use.cpu() - cpu;
    cpu += used;
    if (used < interval * idleShare && use.held() > least + worthwhile) {
      use.collect();
      least = use.held();
      cpu = use.cpu();
    }
    cancel = clock.after(interval, look);
  };
  let cancel = clock.after(interval, look);
  return () => cancel();
};
