import type { Clock } from '@fairlead/kube';
import type { Target } from './endpoints.ts';
import type { Table } from './table.ts';

export interface DrainOptions extends Required<Target> {
  /** Milliseconds after which it resolves all the same: who waits has a grace period of its own. */
  readonly patience: number;
  readonly clock: Clock;
}

/** Gives a pod no new request, and resolves when those under way there have ended. */
export const drain = async (table: Table, { patience, clock, ...target }: DrainOptions): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(patience, resolve);
  await Promise.race([table.endpoints.retire(target), promise]);
  cancel();
};
