import type { App, Release } from '@fairlead/api';
import {
  applyOwned,
  deployments,
  done,
  httpRoutes,
  isControlledBy,
  type ObjectName,
  type Outcome,
  type ReconcileContext,
  services,
} from '@fairlead/kube';
import { releases } from '../kinds.ts';
import { writeStatus } from '../write-status.ts';
import {
  addressesOf,
  desiredDeployments,
  desiredRoute,
  desiredService,
  type ReleaseSettings,
  routedProcess,
} from './children.ts';
import { explainFailure } from './evidence.ts';
import { gatherReleases, type ReleaseFacts } from './facts.ts';
import { takenBy } from './hosts.ts';
import { judgeRollout } from './judge.ts';
import { releaseStatus } from './status.ts';

/**
 * The life of an app's releases: the effective one is applied, judged, and given the traffic or up.
 * One pass covers all releases of an app, so that two of them never write the same Deployment at once.
 */
export const reconcileReleases =
  (settings: ReleaseSettings) =>
  async (name: ObjectName, context: ReconcileContext): Promise<Outcome> => {
    const facts = gatherReleases(name, context.cache);
    if (facts === undefined) return done;
    await supersedeOlder(facts, context);
    if (facts.effective === undefined) return done;
    await ensureProcesses(facts, facts.effective, context);
    await ensureRoutes(facts, facts.effective, { ...context, settings });
    await judge(facts, facts.effective, context);
    return done;
  };

const ensureProcesses = async (
  facts: ReleaseFacts,
  release: Release,
  { client }: ReconcileContext,
): Promise<void> => {
  const desired = desiredDeployments(facts.app, release);
  await Promise.all(desired.map((object) => applyOwned(client, deployments, { owner: facts.app, object })));
  const wanted = new Set(desired.map(({ metadata }) => metadata.name));
  const stale = facts.deployments.filter(({ metadata }) => !wanted.has(metadata.name));
  await Promise.all(
    stale.map(({ metadata }) =>
      client.resource(deployments).delete(metadata, { propagationPolicy: 'Background' }),
    ),
  );
};

const ensureRoutes = async (
  { app, routes }: ReleaseFacts,
  release: Release,
  { client, settings }: ReconcileContext & { settings: ReleaseSettings },
): Promise<void> => {
  const own = { namespace: app.metadata.namespace ?? 'default', app: app.metadata.name };
  const addresses =
    release.spec.processes?.[routedProcess] === undefined ? [] : addressesOf(app, settings.domain);
  const free = addresses.filter(({ host }) => takenBy(host, own, routes) === undefined);
  const desired = free.map((address) => desiredRoute(app, address, settings));
  if (addresses.length > 0) await applyOwned(client, services, { owner: app, object: desiredService(app) });
  await Promise.all(desired.map((object) => applyOwned(client, httpRoutes, { owner: app, object })));
  const wanted = new Set(desired.map(({ metadata }) => metadata.name));
  const stale = routes.filter((route) => isControlledBy(route, app) && !wanted.has(route.metadata.name));
  await Promise.all(stale.map(({ metadata }) => client.resource(httpRoutes).delete(metadata)));
};

/** The newest release is judged as long as it is on its way; what it came to is written once. */
const judge = async (
  facts: ReleaseFacts,
  release: Release,
  { client, cache }: ReconcileContext,
): Promise<void> => {
  if (release.status?.phase === 'Succeeded') return;
  const verdict = judgeRollout({ release, deployments: facts.deployments, pods: facts.pods });
  const said = (phase: 'Deploying' | 'Succeeded') => releaseStatus(release, cache.clock, { phase });
  const write = (status: NonNullable<Release['status']>) =>
    writeStatus(client, { kind: releases, object: release, status });
  if (verdict.kind === 'deploying') return write(said('Deploying'));
  if (verdict.kind === 'succeeded') return write(said('Succeeded'));
  const failure = await explainFailure({ app: facts.app, release }, verdict, client);
  return write(releaseStatus(release, cache.clock, { phase: 'Failed', failure }));
};

/** What was overtaken on its way, and what has no image to roll out, has no rollout to wait for. */
const supersedeOlder = async (facts: ReleaseFacts, { client, cache }: ReconcileContext): Promise<void> => {
  for (const release of facts.releases) {
    const phase = restingPhase(facts, release);
    if (phase === undefined || phase === release.status?.phase) continue;
    const status = releaseStatus(release, cache.clock, { phase });
    await writeStatus(client, { kind: releases, object: release, status });
  }
};

const restingPhase = ({ effective }: { app: App; effective: Release | undefined }, release: Release) => {
  if (release.spec.image === undefined) return 'Succeeded';
  const { phase } = release.status ?? {};
  const settled = phase === 'Succeeded' || phase === 'Failed';
  return release === effective || settled ? undefined : 'Superseded';
};
