import { join } from 'node:path';
import type { Digest } from '../../oci/digest.ts';
import type { Repository } from '../../oci/client.ts';

/** What every step of a build is given. */
export interface StepContext {
  readonly repository: Repository;
  /** The digest of the build's order. */
  readonly order: Digest;
  /** The folder that the steps share. */
  readonly work: string;
  /** A line of the build's log. */
  readonly say: (line: string) => void;
}

/** Names within the shared folder. */
export const workspace = (work: string) => ({
  source: join(work, 'source'),
  dependencies: join(work, 'deps'),
  helpers: join(work, 'helpers'),
});
