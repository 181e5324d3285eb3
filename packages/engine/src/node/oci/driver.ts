import type { Clock } from '@fairlead/kube';
import type { ContainerDriver } from '../process/contract.ts';
import { openShimDriver } from '../process/driver.ts';
import type { Runtime } from './contract.ts';
import { hasBundleBegun, launchBundle, launchInBundle, signalBundle, whyBundleNeverRan } from './launch.ts';
import { listBundles, sweepBundle } from './state.ts';

export interface OciDriverOptions {
  readonly clock: Clock;
  readonly runtime: Runtime;
}

/** Runs containers of images with a root of their own by a container runtime of the machine. */
export const openOciDriver = ({ clock, runtime }: OciDriverOptions): ContainerDriver =>
  openShimDriver({
    clock,
    way: {
      launch: (order) => launchBundle(runtime, order),
      launchExec: (order) => launchInBundle({ runtime, clock }, order),
      hasBegun: hasBundleBegun,
      signal: (folder, shim, name) => signalBundle(runtime, { folder, shim, name }),
      whyNeverRan: whyBundleNeverRan,
      list: (folder) => listBundles(runtime, folder),
      async sweep(folder, { below = false }) {
        const folders = below ? await listBundles(runtime, folder) : [];
        await Promise.all([folder, ...folders].map((one) => sweepBundle(runtime, one)));
      },
    },
  });
