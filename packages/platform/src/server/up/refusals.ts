import { join } from 'node:path';
import { FairleadError } from '@fairlead/api/errors';
import { PartFailed } from './part.ts';

interface Starting {
  /** The name of the part. */
  readonly part: string;
  /** The folder with what it printed. */
  readonly logs: string;
  /** Where it is to listen, and the option that says so. */
  readonly address?: { readonly host: string; readonly port: number };
  readonly option?: string;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'that needs more rights than you have',
  EPERM: 'that needs more rights than you have',
  EADDRNOTAVAIL: 'this machine has no such address',
  EAFNOSUPPORT: 'this machine has no addresses of that kind',
  ENOTFOUND: 'there is no such host name',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EINVAL: 'that is no address to listen on',
};

/** Rejects with why a part does not start, as an error of the register: E_LISTEN, else E_PART_FAILED. */
export const refuseStart =
  ({ part, logs, address, option = '' }: Starting) =>
  (error: unknown): never => {
    const { code } = error as NodeJS.ErrnoException;
    const reason = reasons[code ?? ''];
    if (reason !== undefined && address !== undefined)
      throw new FairleadError('E_LISTEN', { address: `${address.host}:${address.port}`, reason, option });
    if (!(error instanceof PartFailed)) throw error;
    throw new FairleadError('E_PART_FAILED', {
      part,
      reason: error.message,
      log: join(logs, `${part}.log`),
    });
  };
