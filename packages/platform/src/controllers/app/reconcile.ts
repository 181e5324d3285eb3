import { type App, isAppName } from '@fairlead/api';
import {
  done,
  type ObjectName,
  type Outcome,
  type ReconcileContext,
  stalled,
  timestamp,
} from '@fairlead/kube';
import { apps, releases } from '../kinds.ts';
import { writeStatus } from '../write-status.ts';
import { ensureBuild } from './build.ts';
import { desiredRelease } from './children.ts';
import { type AppFacts, findApp, gatherApp } from './facts.ts';
import { ensureFinalizer, releaseFinalizer } from './finalizer.ts';
import type { AppPorts } from './ports.ts';
import { desiredSnapshot, type Snapshot } from './snapshot.ts';
import { statusOf } from './status.ts';
import { whyRelease } from './why-release.ts';

/** The life of an app: a source becomes an image, an image and its configuration become a release. */
export const reconcileApp =
  (ports: AppPorts) =>
  async (name: ObjectName, context: ReconcileContext): Promise<Outcome> => {
    const app = findApp(context.cache, name);
    if (app === undefined) return done;
    if (app.metadata.deletionTimestamp !== undefined) return leave(app, context, ports);
    if (!isAppName(app.metadata.name)) return refuse(app, context);

    await ensureFinalizer(app, context.client);
    const facts = await gatherApp(app, context.cache, ports);
    const created = facts.releases.length === 0 ? await ensureRelease(facts, {}, context) : facts;
    const build = await ensureBuild(created, context.client, ports);
    const snapshot = desiredSnapshot(created, build);
    const released = snapshot === undefined ? created : await ensureRelease(created, snapshot, context);

    const status = statusOf(released, build, { clock: context.cache.clock, ports });
    await writeStatus(context.client, { kind: apps, object: app, status });
    return done;
  };

/** Writes the next release when the newest one does not hold the snapshot. */
const ensureRelease = async (
  facts: AppFacts,
  snapshot: Snapshot,
  { client }: ReconcileContext,
): Promise<AppFacts> => {
  const reasons = whyRelease(facts, snapshot);
  if (reasons.length === 0) return facts;
  const release = await client.resource(releases).create(desiredRelease(facts, snapshot, reasons));
  return { ...facts, releases: [...facts.releases, release] };
};

const leave = async (app: App, { client }: ReconcileContext, ports: AppPorts): Promise<Outcome> => {
  await ports.forget({ namespace: app.metadata.namespace ?? 'default', app: app.metadata.name });
  await releaseFinalizer(app, client);
  return done;
};

const refuse = async (app: App, { client, cache }: ReconcileContext): Promise<Outcome> => {
  const message = `"${app.metadata.name}" cannot be the name of an app: 1 to 40 lower-case letters, digits and single dashes; create it again under another name`;
  const condition = {
    type: 'Ready',
    status: 'False' as const,
    reason: 'E_APP_NAME',
    message,
    lastTransitionTime: app.status?.conditions?.[0]?.lastTransitionTime ?? timestamp(cache.clock.now()),
  };
  await writeStatus(client, {
    kind: apps,
    object: app,
    status: { phase: 'Failed', conditions: [condition] },
  });
  return stalled('E_APP_NAME');
};
