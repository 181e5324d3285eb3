import { type App, labels } from '@fairlead/api';
import {
  type Cache,
  type HTTPRoute,
  httpRoutes,
  type Informer,
  isControlledBy,
  type Kind,
  type KubeObject,
  type ObjectName,
  type Pod,
  pods,
  type Scope,
  type Secret,
  secrets,
  type Service,
  services,
} from '@fairlead/kube';
import { apps } from './kinds.ts';
import { addressesOf } from './release/hosts.ts';

// What belongs to an app, found without looking at what belongs to the others: a pass over one app
// must not cost more because there are thousands.

const indexes = { app: 'app', host: 'host' } as const;

/** Only what is marked as an app's; not the secrets, services and pods of everybody. */
const marked: Scope = { labelSelector: labels.app };

export const podsOf = (cache: Cache): Informer<Pod> => cache.informer(pods, marked);
export const secretsOf = (cache: Cache): Informer<Secret> => cache.informer(secrets, marked);
export const servicesOf = (cache: Cache): Informer<Service> => cache.informer(services, marked);

const keyOf = ({ namespace = 'default', name }: ObjectName): string => `${namespace}/${name}`;

/** The app of which an object is, by its label. */
export const appOf = ({ metadata }: KubeObject): ObjectName | undefined => {
  const name = metadata.labels?.[labels.app];
  return name === undefined ? undefined : { namespace: metadata.namespace ?? 'default', name };
};

/** All objects that are marked as an app's. */
export const markedFor = <T extends KubeObject>(informer: Informer<T>, app: App): readonly T[] => {
  informer.index(indexes.app, (object) => {
    const name = appOf(object);
    return name === undefined ? [] : [keyOf(name)];
  });
  return informer.byIndex(indexes.app, keyOf(app.metadata));
};

/** Those of them that are the app's, and not of one of the same name before it. */
export const ownedBy = <T extends KubeObject>(app: App, objects: readonly T[]): T[] =>
  objects.filter((object) => isControlledBy(object, app));

/** The objects of a kind that are an app's. */
export const childrenOf = <T extends KubeObject>(cache: Cache, kind: Kind<T>, app: App): T[] =>
  ownedBy(app, markedFor(cache.informer(kind), app));

/** The routes of an app, and all others with a host that it would like to have. */
export const routesFor = (cache: Cache, app: App, domain: string): HTTPRoute[] => {
  const informer = cache.informer(httpRoutes);
  informer.index(indexes.host, ({ spec }) => spec.hostnames ?? []);
  const rivals = addressesOf(app, domain).flatMap(({ host }) => informer.byIndex(indexes.host, host));
  return [...new Set([...markedFor(informer, app), ...rivals])];
};

/** The apps that would like to have a host. */
export const claimantsOf = (cache: Cache, domain: string) => {
  const informer = cache.informer(apps);
  informer.index(indexes.host, (app) => addressesOf(app, domain).map(({ host }) => host));
  return (host: string): readonly App[] => informer.byIndex(indexes.host, host);
};
