import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerDriver } from './process/contract.ts';

export interface Drivers {
  /** Processes of this machine. */
  readonly process: ContainerDriver;
  /** Images with a root of their own; undefined where the machine has no runtime for them. */
  readonly oci: ContainerDriver | undefined;
}

/** The drivers of a node as one: each container is run by that which its image needs. */
export function joinDrivers({ process, oci }: Drivers): ContainerDriver {
  if (oci === undefined) return process;
  const by = ({ bundle }: { readonly bundle?: unknown }) => (bundle === undefined ? process : oci);
  return {
    start: (order) => by(order).start(order),
    exec: (order) => by(order).exec(order),
    open: (order) => by(order).open(order),
    adopt: (folder) => (existsSync(join(folder, 'config.json')) ? oci : process).adopt(folder),
    // They find the same by the marker, and the second one what only its runtime knows.
    list: (folder) => oci.list(folder),
    sweep: (folder, options) => oci.sweep(folder, options),
  };
}
