import type { Release } from '@fairlead/api';
import type { Deployment } from '@fairlead/kube';
import { isRolledOut } from './rollout.ts';

/** What an app's releases have come to. */
export interface Course {
  /** The release that should run; undefined when there is none, or none that is fit to. */
  readonly effective: Release | undefined;
  /** What has come of releases whose status does not say so yet. */
  readonly settled: readonly { readonly release: Release; readonly phase: 'Succeeded' | 'Superseded' }[];
}

/**
 * The newest release runs, unless it failed: then the last one that had the traffic; that is all there
 * is to a fall-back. What was overtaken on its way stays overtaken: nobody has seen it work.
 */
export const decideCourse = (facts: {
  readonly releases: readonly Release[];
  readonly deployments: readonly Deployment[];
}): Course => {
  const newest = facts.releases.findLast(({ spec }) => spec.image !== undefined);
  const fates = facts.releases.map((release) => ({ release, phase: fateOf(release, newest, facts) }));
  const lastGood = fates.findLast(({ release, phase }) => hasImage(release) && phase === 'Succeeded');
  return {
    effective: newest?.status?.phase === 'Failed' ? lastGood?.release : newest,
    settled: fates.flatMap(({ release, phase }) =>
      phase === undefined || phase === release.status?.phase ? [] : [{ release, phase }],
    ),
  };
};

/** What came of a release; undefined while that is open, and for what has failed. */
const fateOf = (
  release: Release,
  newest: Release | undefined,
  { deployments }: { readonly deployments: readonly Deployment[] },
): 'Succeeded' | 'Superseded' | undefined => {
  // The creation has nothing to roll out, and so nothing to wait for.
  if (!hasImage(release)) return 'Succeeded';
  const { phase } = release.status ?? {};
  if (phase === 'Failed') return undefined;
  if (phase === 'Succeeded' || phase === 'Superseded') return phase;
  if (release === newest) return undefined;
  // Its status may have been lost: what runs in full is what had the traffic.
  return isRolledOut(release, deployments) ? 'Succeeded' : 'Superseded';
};

const hasImage = ({ spec }: Release): boolean => spec.image !== undefined;
