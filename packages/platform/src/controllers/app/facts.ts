import type { App, Image, Release } from '@fairlead/api';
import {
  type Cache,
  type Deployment,
  deployments,
  type HTTPRoute,
  type KubeObject,
  type Pod,
  type ReconcileContext,
} from '@fairlead/kube';
import { apps, images, releases } from '../kinds.ts';
import { isLeftover } from '../leftover.ts';
import { childrenOf, markedFor, podsOf, routesFor } from '../lookup.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';
import type { AppPorts, AppRef } from './ports.ts';
import { type AppSource, gatherSource } from './source.ts';

/** The world around one app, read once. Everything that is decided is decided from this. */
export interface AppFacts {
  readonly app: App;
  readonly ref: AppRef;
  readonly now: number;
  /** Oldest first. */
  readonly releases: readonly Release[];
  readonly images: readonly Image[];
  readonly deployments: readonly Deployment[];
  readonly pods: readonly Pod[];
  /** Its own, and every one with a host that it would like to have: host names are given once. */
  readonly routes: readonly HTTPRoute[];
  readonly source: AppSource;
  /** Configuration is compared by value, and never shown. */
  readonly fingerprint: Fingerprint;
}

/** The app itself, from the cache; undefined when it is gone. */
export const findApp = (cache: Cache, name: { readonly namespace?: string; readonly name: string }) =>
  cache.informer(apps).get(name);

export const refOf = ({ metadata }: App): AppRef => ({
  namespace: metadata.namespace ?? 'default',
  app: metadata.name,
});

export const gatherApp = async (app: App, context: ReconcileContext, ports: AppPorts): Promise<AppFacts> => {
  const { cache } = context;
  const ref = refOf(app);
  const history = childrenOf(cache, releases, app).sort((a, b) => a.spec.version - b.spec.version);
  return {
    app,
    ref,
    now: cache.clock.now(),
    releases: history,
    images: childrenOf(cache, images, app),
    deployments: childrenOf(cache, deployments, app),
    pods: markedFor(podsOf(cache), app),
    routes: routesFor(cache, app, ports.domain),
    source: await gatherSource(app, ref, ports),
    fingerprint: await fingerprintOf(app, history, context),
  };
};

/** Whether an app of the same name that was destroyed has releases or images left: their names are not free. */
export const hasLeftovers = (app: App, cache: Cache): boolean =>
  [images, releases].some((kind) =>
    markedFor(cache.informer<KubeObject>(kind), app).some((object) => isLeftover(object, app)),
  );

/** The newest that holds code. */
export const newestWithImage = (releases: readonly Release[]): Release | undefined =>
  releases.findLast(({ spec }) => spec.image !== undefined);

/** The release that has the traffic: the newest that succeeded with something to run. */
export const servingRelease = (releases: readonly Release[]): Release | undefined =>
  releases.findLast(({ spec, status }) => spec.image !== undefined && status?.phase === 'Succeeded');
