import { type App, labels } from '@fairlead/api';
import { type HTTPRoute, isControlledBy } from '@fairlead/kube';
import { hostOf } from '../names.ts';

export interface Address {
  readonly host: string;
  readonly path: string;
}

/** Every address of an app, its own first. */
export const addressesOf = (app: App, domain: string): Address[] => [
  { host: hostOf(app.metadata, domain), path: '/' },
  ...(app.spec.routes ?? []).map(({ host, path }) => ({ host, path: path ?? '/' })),
];

/** Who had a host name first, as `namespace/name`; undefined when it is free or the app's. First come, first kept. */
export const takenBy = (host: string, app: App, routes: readonly HTTPRoute[]): string | undefined => {
  const [first] = routes.filter(({ spec }) => spec.hostnames?.includes(host)).toSorted(byAge);
  if (first === undefined || isControlledBy(first, app)) return undefined;
  const { namespace = 'default', name, labels: marks = {} } = first.metadata;
  return `${namespace}/${marks[labels.app] ?? name}`;
};

export const hasRoute = (host: string, app: App, routes: readonly HTTPRoute[]): boolean =>
  routes.some((route) => isControlledBy(route, app) && route.spec.hostnames?.includes(host));

/** Two of the same second have an order, too: else each would think that it was first. */
const byAge = (a: HTTPRoute, b: HTTPRoute): number => {
  const [one, other] = [ageOf(a), ageOf(b)];
  return one < other ? -1 : one > other ? 1 : 0;
};

const ageOf = ({ metadata }: HTTPRoute): string =>
  `${metadata.creationTimestamp ?? ''} ${metadata.uid ?? ''}`;
