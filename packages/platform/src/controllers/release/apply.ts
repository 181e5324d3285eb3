import { FairleadError, type Release } from '@fairlead/api';
import {
  ApiError,
  applyOwned,
  type Client,
  deployments,
  httpRoutes,
  type Kind,
  type KubeObject,
  type ObjectName,
  services,
} from '@fairlead/kube';
import { ownedBy } from '../lookup.ts';
import { routedProcess } from '../replicas.ts';
import { desiredDeployments, desiredRoute, desiredService, type ReleaseSettings } from './children.ts';
import type { ReleaseFacts } from './facts.ts';
import { addressesOf, takenBy } from './hosts.ts';

interface Means {
  readonly client: Client;
  readonly settings: ReleaseSettings;
}

/** Makes the objects of a release so. Resolves to an error for people when Kubernetes does not take them. */
export const ensureObjects = async (
  facts: ReleaseFacts,
  release: Release,
  { client, settings }: Means,
): Promise<true | FairleadError> => {
  const owner = facts.app;
  const routed = isRouted(release);
  const done = await Promise.allSettled([
    ...desiredDeployments(owner, release).map((object) => applyOwned(client, deployments, { owner, object })),
    ...(routed ? [applyOwned(client, services, { owner, object: desiredService(owner) })] : []),
    ...(routed ? desiredRoutes(facts, settings) : []).map((object) =>
      applyOwned(client, httpRoutes, { owner, object }),
    ),
  ]);
  const errors = done.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  const refusal = errors.find(isRefusal);
  if (refusal === undefined && errors.length > 0) throw errors[0];
  return refusal === undefined ? true : explainRefusal(release, refusal);
};

/**
 * Removes what no release in question needs. As long as the effective one has not shown that it works,
 * what only the one before it needs stays: it may have to serve again.
 */
export const removeStale = async (
  facts: ReleaseFacts,
  effective: Release | undefined,
  { client, settings }: Means,
): Promise<void> => {
  const { app } = facts;
  // No release at all says nothing: somebody may have deleted them, and what runs, runs.
  const isFinal =
    effective === undefined
      ? facts.releases.some(({ spec }) => spec.image !== undefined)
      : effective.status?.phase === 'Succeeded';
  const processes = effective === undefined ? [] : desiredDeployments(app, effective);
  if (isFinal) await removeAllBut(processes, facts.deployments, { client, kind: deployments });
  // Without any release that is fit to run the address stays: it answers that nothing runs there.
  if (effective === undefined || !(isFinal || isRouted(effective))) return;
  const routed = isRouted(effective);
  const routes = routed ? desiredRoutes(facts, settings) : [];
  await removeAllBut(routes, ownedBy(app, facts.routes), { client, kind: httpRoutes });
  await removeAllBut(routed ? [desiredService(app)] : [], facts.services, { client, kind: services });
};

const isRouted = ({ spec }: Release): boolean => spec.processes?.[routedProcess] !== undefined;

const desiredRoutes = ({ app, routes }: ReleaseFacts, settings: ReleaseSettings) =>
  addressesOf(app, settings.domain)
    .filter(({ host }) => takenBy(host, app, routes) === undefined)
    .map((address) => desiredRoute(app, address, settings));

const removeAllBut = async <T extends KubeObject>(
  wanted: readonly { readonly metadata: Partial<ObjectName> }[],
  present: readonly T[],
  { client, kind }: { readonly client: Client; readonly kind: Kind<T> },
): Promise<void> => {
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  const stale = present.filter(
    ({ metadata }) => !names.has(metadata.name) && metadata.deletionTimestamp === undefined,
  );
  const options = { propagationPolicy: 'Background' } as const;
  await Promise.all(stale.map(({ metadata }) => client.resource(kind).delete(metadata, options)));
};

/** What a repetition will not change: the objects break a rule, or somebody forbids them. */
const isRefusal = (error: unknown): error is ApiError =>
  error instanceof ApiError && [400, 403, 422].includes(error.code);

const explainRefusal = ({ spec }: Release, { message }: ApiError): FairleadError =>
  new FairleadError('E_RELEASE_REFUSED', { app: spec.app, version: spec.version, reason: message });
