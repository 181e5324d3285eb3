import type { FairleadError } from '@fairlead/api/errors';

/** Exit statuses: stable, so that scripts may rely on them. */
export const exitStatus = {
  ok: 0,
  /** What was asked for did not come about, and the person can mend it. */
  failed: 1,
  /** The command line itself was wrong. */
  misused: 2,
  /** The platform or the machine is at fault. */
  platform: 3,
  /** Ctrl-C, as every shell counts it. */
  interrupted: 130,
} as const;

/** The exit status that an error of the register ends with. */
export const statusOf = ({ code, fault }: Pick<FairleadError, 'code' | 'fault'>): number => {
  if (code === 'E_ARGUMENT') return exitStatus.misused;
  return fault === 'user' ? exitStatus.failed : exitStatus.platform;
};
