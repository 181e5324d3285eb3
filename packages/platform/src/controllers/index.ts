import { type Cache, type Controller, startController } from '@fairlead/kube';
import type { AppPorts } from './app/ports.ts';
import { reconcileApp } from './app/reconcile.ts';
import type { ImagePorts } from './image/ports.ts';
import { reconcileImage } from './image/reconcile.ts';
import { apps, images } from './kinds.ts';
import type { ReleaseSettings } from './release/children.ts';
import { reconcileReleases } from './release/reconcile.ts';
import { appWatches, imageWatches, releaseWatches } from './wake.ts';

export type { AppPorts } from './app/ports.ts';
export type { ImagePorts } from './image/ports.ts';
export { apps, images, releases } from './kinds.ts';
export { hostOf } from './names.ts';
export type { ReleaseSettings } from './release/children.ts';

export interface PlatformPorts {
  readonly app: AppPorts;
  readonly image: ImagePorts;
  readonly release: ReleaseSettings;
}

/** Starts the controllers of the platform's own kinds. Close what it returns, in reverse. */
export const startPlatformControllers = (cache: Cache, ports: PlatformPorts): Controller[] => [
  startController({
    name: 'app',
    cache,
    for: apps,
    watches: appWatches(cache, ports.app.domain),
    concurrency: 4,
    reconcile: reconcileApp(ports.app),
  }),
  startController({
    name: 'image',
    cache,
    for: images,
    watches: imageWatches,
    concurrency: 4,
    reconcile: reconcileImage(ports.image),
  }),
  startController({
    name: 'release',
    cache,
    for: apps,
    watches: releaseWatches(cache, ports.release.domain),
    concurrency: 4,
    reconcile: reconcileReleases(ports.release),
  }),
];
