import { join } from 'node:path';
import { FairleadError } from '@fairlead/api/errors';
import { explainListen, type ListenAttempt } from '@fairlead/api/listen-errors';
import { PartFailed } from './part.ts';

interface Starting {
  /** The name of the part. */
  readonly part: string;
  /** The folder with what it printed. */
  readonly logs: string;
  /** Where it is to listen. */
  readonly listen?: ListenAttempt;
}

/** Rejects with why a part does not start, as an error of the register: E_LISTEN, else E_PART_FAILED. */
export const refuseStart =
  ({ part, logs, listen }: Starting) =>
  (error: unknown): never => {
    const { code } = error as NodeJS.ErrnoException;
    const refused = listen && explainListen(code, listen);
    if (refused !== undefined) throw refused;
    if (!(error instanceof PartFailed)) throw error;
    throw new FairleadError('E_PART_FAILED', {
      part,
      reason: error.message,
      log: join(logs, `${part}.log`),
    });
  };
