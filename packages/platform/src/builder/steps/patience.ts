import { RegistryError } from '../../oci/failure.ts';

export interface Patience {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Told once for each absence. */
  readonly say: (line: string) => void;
}

/** How long the registry may be away, and the pauses between attempts; milliseconds. */
const longestAbsence = 120_000;
const firstPause = 50;
const longestPause = 1000;

/**
 * Does the work again when the registry was away: the platform is restarted or upgraded while builds go on. The
 * work must be one that can begin anew.
 */
export const whileAway = async <T>(work: () => Promise<T>, { now, sleep, say }: Patience): Promise<T> => {
  const deadline = now() + longestAbsence;
  for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
    try {
      return await work();
    } catch (error) {
      if (!isAbsence(error) || now() > deadline) throw error;
      if (pause === firstPause) say('the registry is away; waiting for it …');
      await sleep(pause);
    }
  }
};

/** No answer at all, or one of a proxy that got none. */
const isAbsence = (error: unknown): boolean => {
  if (error instanceof RegistryError) return [502, 503, 504].includes(error.status);
  return error instanceof TypeError && (error.message === 'fetch failed' || error.message === 'terminated');
};
