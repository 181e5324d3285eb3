import { FairleadError } from '@fairlead/api/errors';

/** What one source or layer may hold. */
export interface ContentLimits {
  /** Of all files together. */
  readonly bytes: number;
  readonly entries: number;
  /** For the message: `in a source`. */
  readonly where: string;
}

export const sourceLimits: ContentLimits = {
  bytes: 200 * 1024 * 1024,
  entries: 50_000,
  where: 'in a source',
};
export const dependencyLimits: ContentLimits = {
  bytes: 4 * 1024 ** 3,
  entries: 500_000,
  where: 'in a dependency layer',
};

/** Counts what comes; throws at what is too much. */
export interface Meter {
  add(bytes: number): void;
}

export const createMeter = (limits: ContentLimits): Meter => {
  let bytes = 0;
  let entries = 0;
  return {
    add(more) {
      entries += 1;
      bytes += more;
      if (bytes > limits.bytes) throw tooLarge(bytes, limits);
      if (entries > limits.entries) throw tooMany(limits);
    },
  };
};

const advice =
  'leave out what is made anew by a build, with  .gitignore , and keep data outside of the source';

const tooLarge = (bytes: number, { bytes: limit, where }: ContentLimits): FairleadError =>
  new FairleadError('E_SOURCE_TOO_LARGE', { size: bytes, limit, where, advice });

const tooMany = ({ entries, where }: ContentLimits): FairleadError =>
  new FairleadError('E_SOURCE_UNSAFE', {
    path: 'the source',
    reason: `more than ${entries} files are not allowed ${where}`,
  });
