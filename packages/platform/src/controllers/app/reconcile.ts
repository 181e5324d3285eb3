import { type App, explain, type FairleadError } from '@fairlead/api';
import { done, type ObjectName, type Outcome, type ReconcileContext, stalled, waiting } from '@fairlead/kube';
import { announce } from '../announce.ts';
import { observe } from '../condition.ts';
import { apps, releases } from '../kinds.ts';
import { writeStatus } from '../write-status.ts';
import { ensureBuild } from './build.ts';
import { desiredRelease } from './children.ts';
import { untilNextLate } from './copies.ts';
import { type AppFacts, findApp, gatherApp, hasLeftovers, refOf } from './facts.ts';
import { ensureFinalizer, hasFinalizer, releaseFinalizer } from './finalizer.ts';
import type { AppPorts } from './ports.ts';
import { refusalOf } from './refusal.ts';
import { desiredSnapshot, type Snapshot } from './snapshot.ts';
import { statusOf, tellStory } from './status.ts';
import { whyRelease } from './why-release.ts';

/** The life of an app: a source becomes an image, an image and its configuration become a release. */
export const reconcileApp =
  (ports: AppPorts) =>
  async (name: ObjectName, context: ReconcileContext): Promise<Outcome> => {
    const app = findApp(context.cache, name);
    if (app === undefined) return done;
    if (app.metadata.deletionTimestamp !== undefined) return leave(app, context, ports);
    const misnamed = refusalOf(app, 'metadata.name');
    if (misnamed !== undefined) return refuse(app, misnamed, context);
    if (hasLeftovers(app, context.cache)) return waiting();

    await ensureFinalizer(app, context.client);
    const facts = await gatherApp(app, context, ports);
    const created = facts.releases.length === 0 ? await ensureRelease(facts, {}, context) : facts;
    const build = await ensureBuild(created, context.client, ports);
    const snapshot = desiredSnapshot(created, build);
    const released = snapshot === undefined ? created : await ensureRelease(created, snapshot, context);

    const story = tellStory(released, build, ports);
    const status = statusOf(story, { clock: context.cache.clock, ports });
    await writeStatus(context.client, { kind: apps, object: app, status });
    await announce(app, status.conditions ?? [], context);
    return waiting(untilNextLate(released, story.copies));
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
  if (!hasFinalizer(app)) return done;
  await ports.forget(refOf(app));
  await releaseFinalizer(app, client);
  return done;
};

const refuse = async (
  app: App,
  error: FairleadError,
  { client, cache }: ReconcileContext,
): Promise<Outcome> => {
  const { generation } = app.metadata;
  const said = { type: 'Ready', status: 'False', reason: error.code, message: explain(error) } as const;
  const status = {
    phase: 'Failed',
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    conditions: observe(app, [said], cache.clock),
  };
  await writeStatus(client, { kind: apps, object: app, status });
  return stalled(error.code);
};
