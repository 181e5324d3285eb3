import { labels } from '@fairlead/api';
import {
  type Cache,
  type Controller,
  deployments,
  httpRoutes,
  jobs,
  type KubeObject,
  type ObjectName,
  pods,
  secrets,
  startController,
  watch,
} from '@fairlead/kube';
import type { AppPorts } from './app/ports.ts';
import { reconcileApp } from './app/reconcile.ts';
import type { ImagePorts } from './image/ports.ts';
import { reconcileImage } from './image/reconcile.ts';
import { apps, images, releases } from './kinds.ts';
import type { ReleaseSettings } from './release/children.ts';
import { reconcileReleases } from './release/reconcile.ts';

export type { AppPorts } from './app/ports.ts';
export { refuseLargeFiles } from './app/facts.ts';
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
export const startPlatformControllers = (cache: Cache, ports: PlatformPorts): Controller[] => {
  const appOf = ({ metadata }: KubeObject): ObjectName[] => {
    const app = metadata.labels?.[labels.app];
    return app === undefined ? [] : [{ namespace: metadata.namespace ?? 'default', name: app }];
  };
  const imageOf = ({ metadata }: KubeObject): ObjectName[] => {
    const image = metadata.labels?.[labels.image];
    return image === undefined ? [] : [{ namespace: metadata.namespace ?? 'default', name: image }];
  };
  const ofApp = [deployments, httpRoutes, releases, images].map((kind) => watch({ kind, map: appOf }));
  const appPods = { kind: pods, scope: { labelSelector: labels.app } };
  return [
    startController({
      name: 'app',
      cache,
      for: apps,
      watches: [...ofApp, watch({ kind: secrets, scope: { labelSelector: labels.app }, map: appOf })],
      concurrency: 4,
      reconcile: reconcileApp(ports.app),
    }),
    startController({
      name: 'image',
      cache,
      for: images,
      watches: [watch({ kind: jobs, map: imageOf }), watch({ ...appPods, map: imageOf })],
      concurrency: 4,
      reconcile: reconcileImage(ports.image),
    }),
    startController({
      name: 'release',
      cache,
      for: apps,
      watches: [...ofApp, watch({ ...appPods, map: appOf })],
      concurrency: 4,
      reconcile: reconcileReleases(ports.release),
    }),
  ];
};
