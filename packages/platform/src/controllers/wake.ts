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
import { appOf, claimantsOf } from './lookup.ts';

// What wakes which loop. Everything that a pass reads must be named here: a change that wakes nobody
// is a wait without an end.

const theApp = (object: KubeObject): ObjectName[] => {
  const name = appOf(object);
  return name === undefined ? [] : [name];
};

const theImage = ({ metadata }: KubeObject): ObjectName[] => {
  const name = metadata.labels?.[labels.image];
  return name === undefined ? [] : [{ namespace: metadata.namespace ?? 'default', name }];
};

const marked = { labelSelector: labels.app } as const;

/** A route concerns the app that it is of, and every app that would like to have its hosts. */
const routesOf = (cache: Cache, domain: string): Watch => {
  const claimants = claimantsOf(cache, domain);
  const map = (route: HTTPRoute): ObjectName[] => [
    ...theApp(route),
    ...(route.spec.hostnames ?? []).flatMap((host) => claimants(host).map(({ metadata }) => metadata)),
  ];
  return watch({ kind: httpRoutes, map });
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

const ofApp = [deployments, releases].map((kind) => watch({ kind, map: theApp }));
const appPods = watch({ kind: pods, scope: marked, map: theApp });

export const appWatches = (cache: Cache, domain: string): Watch[] => [
  ...ofApp,
  appPods,
  watch({ kind: images, map: theApp }),
  watch({ kind: secrets, scope: marked, map: theApp }),
  routesOf(cache, domain),
  runtimesOf(cache),
];

export const releaseWatches = (cache: Cache, domain: string): Watch[] => [
  ...ofApp,
  appPods,
  watch({ kind: services, scope: marked, map: theApp }),
  routesOf(cache, domain),
];

export const imageWatches: readonly Watch[] = [
  watch({ kind: jobs, map: theImage }),
  watch({ kind: pods, scope: marked, map: theImage }),
];
