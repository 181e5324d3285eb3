import { explain, type FairleadError, type Release } from '@fairlead/api';
import type { Clock } from '@fairlead/kube';
import { type Observation, observe } from '../condition.ts';

type Status = NonNullable<Release['status']>;
type Phase = NonNullable<Status['phase']>;

/** What is said of a release. */
export interface ReleaseStory {
  readonly phase: Phase;
  /** Why it failed. It is kept: it is what happened, and the ledger tells it. */
  readonly failure?: FairleadError;
  /** Whether Kubernetes took its objects: undefined when they were not applied. */
  readonly applied?: true | FairleadError;
}

/** What has come of a release is not said again: its time and its reason stay. */
export const releaseStatus = (release: Release, story: ReleaseStory, clock: Clock): Status => {
  const isNews = story.phase !== release.status?.phase;
  const observed = [...(isNews ? [available(story)] : []), ...applied(story)];
  return { phase: story.phase, conditions: observe(release, observed, clock) };
};

const available = ({ phase, failure }: ReleaseStory): Observation => ({
  type: 'Available',
  status: availability[phase],
  reason: failure?.code ?? phase,
  message: failure === undefined ? words[phase] : explain(failure),
});

const availability = {
  Pending: 'Unknown',
  Deploying: 'Unknown',
  Succeeded: 'True',
  Failed: 'False',
  Superseded: 'False',
} as const;

const words = {
  Pending: 'waits for an image',
  Deploying: 'is rolling out',
  Succeeded: 'got the traffic',
  Failed: 'failed',
  Superseded: 'was replaced by a newer release before it could serve',
} as const;

const applied = ({ applied: said }: ReleaseStory): Observation[] => {
  if (said === undefined) return [];
  const taken = { status: 'True', reason: 'Applied', message: 'Kubernetes has its objects' } as const;
  const refused = (error: FairleadError) =>
    ({ status: 'False', reason: error.code, message: explain(error) }) as const;
  return [{ type: 'Applied', ...(said === true ? taken : refused(said)) }];
};
