import type { FairleadError, Release } from '@fairlead/api';
import { type Clock, setCondition } from '@fairlead/kube';

type Status = NonNullable<Release['status']>;
type Phase = NonNullable<Status['phase']>;

/** What is said of a release. A failure is kept: it is what happened, and the ledger tells it. */
export const releaseStatus = (
  release: Release,
  clock: Clock,
  said: { phase: Phase; failure?: FairleadError },
): Status => ({
  phase: said.phase,
  conditions: setCondition(
    release.status?.conditions,
    {
      type: 'Available',
      status: availability[said.phase],
      reason: said.failure?.code ?? said.phase,
      message: said.failure === undefined ? story[said.phase] : messageOf(said.failure),
    },
    clock,
  ) as NonNullable<Status['conditions']>,
});

const availability = {
  Pending: 'Unknown',
  Deploying: 'Unknown',
  Succeeded: 'True',
  Failed: 'False',
  Superseded: 'False',
} as const;

const story = {
  Pending: 'waits for an image',
  Deploying: 'is rolling out',
  Succeeded: 'got the traffic',
  Failed: 'failed',
  Superseded: 'was replaced by a newer release before it could serve',
} as const;

const messageOf = (error: FairleadError): string =>
  `${error.message}\nwhy: ${error.why}\nsolve: ${error.solve}`;
