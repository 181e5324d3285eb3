import type { Clock } from '@fairlead/kube';
import type { Table } from './table.ts';

export interface DrainOptions {
  /** `127.0.0.1:20001`. */
  readonly address: string;
  /** Milliseconds after which it resolves all the same: who waits has a grace period of its own. */
  readonly patience: number;
  readonly clock: Clock;
}

/** Gives an address no new request, and resolves when those under way there have ended. */
export const drain = async (table: Table, { address, patience, clock }: DrainOptions): Promise<void> => {
  const upstream = table.endpoints.retire(address);
  if (upstream === undefined) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(patience, resolve);
  await Promise.race([upstream.idle(), promise]);
  cancel();
};
