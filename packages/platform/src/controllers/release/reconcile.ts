import type { FairleadError, Release } from '@fairlead/api';
import { done, type ObjectName, type Outcome, type ReconcileContext, waiting } from '@fairlead/kube';
import { releases } from '../kinds.ts';
import { writeStatus } from '../write-status.ts';
import { ensureObjects, removeStale } from './apply.ts';
import type { ReleaseSettings } from './children.ts';
import { decideCourse } from './course.ts';
import { explainFailure } from './evidence.ts';
import { gatherReleases, type ReleaseFacts } from './facts.ts';
import { judgeRollout } from './judge.ts';
import { type ReleaseStory, releaseStatus } from './status.ts';

/** Milliseconds until what Kubernetes refused is tried again: the reason may lie in objects of others. */
const afterRefusal = 30_000;

/**
 * The life of an app's releases: the effective one is applied, judged, and given the traffic or up.
 * One pass covers all releases of an app, so that two of them never write the same Deployment at once.
 */
export const reconcileReleases =
  (settings: ReleaseSettings) =>
  async (name: ObjectName, context: ReconcileContext): Promise<Outcome> => {
    const facts = gatherReleases(name, context.cache, settings.domain);
    if (facts === undefined) return done;
    if (facts.leftovers.length > 0) return waiting();

    const { effective, settled } = decideCourse(facts);
    for (const { release, phase } of settled) await tell(release, { phase }, context);
    const means = { client: context.client, settings };
    const applied = effective === undefined ? true : await ensureObjects(facts, effective, means);
    if (effective !== undefined) await judge({ facts, release: effective, applied }, context);
    await removeStale(facts, effective, means);
    return applied === true ? done : waiting(afterRefusal);
  };

interface Applied {
  readonly facts: ReleaseFacts;
  readonly release: Release;
  readonly applied: true | FairleadError;
}

/** A release is judged as long as it is on its way; what it came to is written once. */
const judge = async ({ facts, release, applied }: Applied, context: ReconcileContext): Promise<void> => {
  if (release.status?.phase === 'Succeeded') return tell(release, { phase: 'Succeeded', applied }, context);
  if (applied !== true) return tell(release, { phase: 'Deploying', applied }, context);
  const verdict = judgeRollout({ ...facts, release });
  switch (verdict.kind) {
    case 'deploying':
      return tell(release, { phase: 'Deploying', applied }, context);
    case 'succeeded':
      return tell(release, { phase: 'Succeeded', applied }, context);
    case 'failed': {
      const failure = await explainFailure({ app: facts.app, release }, verdict, context);
      return tell(release, { phase: 'Failed', failure, applied }, context);
    }
    default:
      throw new TypeError(`unknown verdict ${verdict satisfies never}`);
  }
};

const tell = (release: Release, story: ReleaseStory, { client, cache }: ReconcileContext): Promise<void> =>
  writeStatus(client, {
    kind: releases,
    object: release,
    status: releaseStatus(release, story, cache.clock),
  });
