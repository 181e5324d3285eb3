import { labels } from '@fairlead/api';
import {
  type Cache,
  deployments,
  findCondition,
  type HTTPRoute,
  httpRoutes,
  jobs,
  type KubeObject,
  type ObjectName,
  pods,
  secrets,
  services,
  type Watch,
  watch,
} from '@fairlead/kube';
import { apps, images, releases, runtimes } from './kinds.ts';
import { addressesOf } from './release/hosts.ts';

// What wakes which loop. Everything that a pass reads must be named here: a change that wakes nobody
// is a wait without an end.

const namedBy =
  (label: string) =>
  ({ metadata }: KubeObject): ObjectName[] => {
    const name = metadata.labels?.[label];
    return name === undefined ? [] : [{ namespace: metadata.namespace ?? 'default', name }];
  };

const appOf = namedBy(labels.app);
const imageOf = namedBy(labels.image);
const labelled = { labelSelector: labels.app } as const;

const byHost = 'host';

/** A route concerns the app that it is of, and every app that would like to have its hosts. */
const routesOf = (cache: Cache, domain: string): Watch => {
  const known = cache.informer(apps);
  known.index(byHost, (app) => addressesOf(app, domain).map(({ host }) => host));
  const claimants = (route: HTTPRoute): ObjectName[] =>
    (route.spec.hostnames ?? []).flatMap((host) =>
      known.byIndex(byHost, host).map(({ metadata }) => metadata),
    );
  return watch({ kind: httpRoutes, map: (route) => [...appOf(route), ...claimants(route)] });
};

/** A runtime that came or changed may be what a source waited for. */
const runtimesOf = (cache: Cache): Watch => {
  const unbuilt = () =>
    cache
      .informer(apps)
      .list()
      .filter(({ status }) => findCondition(status?.conditions, 'Built')?.status === 'False');
  return watch({ kind: runtimes, map: () => unbuilt().map(({ metadata }) => metadata) });
};

const ofApp = [deployments, releases].map((kind) => watch({ kind, map: appOf }));
const appPods = watch({ kind: pods, scope: labelled, map: appOf });

export const appWatches = (cache: Cache, domain: string): Watch[] => [
  ...ofApp,
  appPods,
  watch({ kind: images, map: appOf }),
  watch({ kind: secrets, scope: labelled, map: appOf }),
  routesOf(cache, domain),
  runtimesOf(cache),
];

export const releaseWatches = (cache: Cache, domain: string): Watch[] => [
  ...ofApp,
  appPods,
  watch({ kind: services, scope: labelled, map: appOf }),
  routesOf(cache, domain),
];

export const imageWatches: readonly Watch[] = [
  watch({ kind: jobs, map: imageOf }),
  watch({ kind: pods, scope: labelled, map: imageOf }),
];
