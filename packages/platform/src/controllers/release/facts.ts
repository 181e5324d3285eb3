import { type App, labels, type Release } from '@fairlead/api';
import {
  type Cache,
  type Deployment,
  deployments,
  type HTTPRoute,
  httpRoutes,
  isControlledBy,
  type KubeObject,
  type ObjectName,
  type Pod,
  pods,
  type Service,
  services,
} from '@fairlead/kube';
import { apps, releases } from '../kinds.ts';
import { isLeftover } from '../leftover.ts';

/** The world around one app's releases, read once. */
export interface ReleaseFacts {
  readonly app: App;
  /** Oldest first. */
  readonly releases: readonly Release[];
  readonly deployments: readonly Deployment[];
  readonly services: readonly Service[];
  /** Every route of the cluster: host names are given once. */
  readonly routes: readonly HTTPRoute[];
  readonly pods: readonly Pod[];
  /** Of an app of the same name that was here before: nothing can be made until they are gone. */
  readonly leftovers: readonly KubeObject[];
}

export const gatherReleases = (name: ObjectName, cache: Cache): ReleaseFacts | undefined => {
  const app = cache.informer(apps).get(name);
  if (app === undefined || app.metadata.deletionTimestamp !== undefined) return undefined;
  const namespace = name.namespace ?? 'default';
  const own = <T extends KubeObject>(objects: readonly T[]): T[] =>
    objects.filter((object) => isControlledBy(object, app));
  const all = {
    releases: cache.informer(releases).list(namespace),
    deployments: cache.informer(deployments).list(namespace),
    services: cache.informer(services, { labelSelector: labels.app }).list(namespace),
    routes: cache.informer(httpRoutes).list(),
  };
  return {
    app,
    releases: own(all.releases).sort((a, b) => a.spec.version - b.spec.version),
    deployments: own(all.deployments),
    services: own(all.services),
    routes: all.routes,
    pods: cache
      .informer(pods, { labelSelector: labels.app })
      .list(namespace)
      .filter(({ metadata }) => metadata.labels?.[labels.app] === name.name),
    leftovers: [...all.releases, ...all.deployments, ...all.services, ...all.routes].filter(
      (object) => object.metadata.namespace === namespace && isLeftover(object, app),
    ),
  };
};
