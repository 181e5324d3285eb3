import { type App, labels, type Release } from '@fairlead/api';
import {
  type Cache,
  type Deployment,
  deployments,
  type HTTPRoute,
  httpRoutes,
  isControlledBy,
  type ObjectName,
  type Pod,
  pods,
} from '@fairlead/kube';
import { apps, releases } from '../kinds.ts';

/** The world around one app's releases, read once. */
export interface ReleaseFacts {
  readonly app: App;
  /** Oldest first. */
  readonly releases: readonly Release[];
  /** The release that should run: the newest that has an image and has not failed. */
  readonly effective: Release | undefined;
  readonly deployments: readonly Deployment[];
  /** Every route of the cluster: host names are given once. */
  readonly routes: readonly HTTPRoute[];
  readonly pods: readonly Pod[];
}

export const gatherReleases = (name: ObjectName, cache: Cache): ReleaseFacts | undefined => {
  const app = cache.informer(apps).get(name);
  if (app === undefined || app.metadata.deletionTimestamp !== undefined) return undefined;
  const namespace = name.namespace ?? 'default';
  const history = cache
    .informer(releases)
    .list(namespace)
    .filter((release) => release.spec.app === name.name && isControlledBy(release, app))
    .sort((a, b) => a.spec.version - b.spec.version);
  return {
    app,
    releases: history,
    effective: effectiveRelease(history),
    deployments: cache
      .informer(deployments)
      .list(namespace)
      .filter((child) => isControlledBy(child, app)),
    routes: cache.informer(httpRoutes).list(),
    pods: cache
      .informer(pods, { labelSelector: labels.app })
      .list(namespace)
      .filter(({ metadata }) => metadata.labels?.[labels.app] === name.name),
  };
};

/** A failed release gives way to the one before it; that is all there is to a fall-back. */
export const effectiveRelease = (history: readonly Release[]): Release | undefined =>
  history.findLast(({ spec, status }) => spec.image !== undefined && status?.phase !== 'Failed');
