import type { App, Release } from '@fairlead/api';
import {
  type Cache,
  type Deployment,
  deployments,
  type HTTPRoute,
  type KubeObject,
  type ObjectName,
  type Pod,
  type Service,
} from '@fairlead/kube';
import { apps, releases } from '../kinds.ts';
import { isLeftover } from '../leftover.ts';
import { markedFor, ownedBy, podsOf, routesFor, servicesOf } from '../lookup.ts';

/** The world around one app's releases, read once. */
export interface ReleaseFacts {
  readonly app: App;
  /** Oldest first. */
  readonly releases: readonly Release[];
  readonly deployments: readonly Deployment[];
  readonly services: readonly Service[];
  /** Its own, and every one with a host that it would like to have: host names are given once. */
  readonly routes: readonly HTTPRoute[];
  readonly pods: readonly Pod[];
  /** Of an app of the same name that was here before: nothing can be made until they are gone. */
  readonly leftovers: readonly KubeObject[];
}

export const gatherReleases = (name: ObjectName, cache: Cache, domain: string): ReleaseFacts | undefined => {
  const app = cache.informer(apps).get(name);
  if (app === undefined || app.metadata.deletionTimestamp !== undefined) return undefined;
  const marked = {
    releases: markedFor(cache.informer(releases), app),
    deployments: markedFor(cache.informer(deployments), app),
    services: markedFor(servicesOf(cache), app),
    routes: routesFor(cache, app, domain),
  };
  return {
    app,
    releases: ownedBy(app, marked.releases).sort((a, b) => a.spec.version - b.spec.version),
    deployments: ownedBy(app, marked.deployments),
    services: ownedBy(app, marked.services),
    routes: marked.routes,
    pods: markedFor(podsOf(cache), app),
    leftovers: [...marked.releases, ...marked.deployments, ...marked.services, ...marked.routes].filter(
      (object) => isLeftover(object, app),
    ),
  };
};
