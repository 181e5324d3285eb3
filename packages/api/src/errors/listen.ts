import { FairleadError } from './error.ts';

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

export interface ListenAttempt {
  readonly host: string;
  readonly port: number;
  /** The option of the command line that names the address: `--listen`. */
  readonly option: string;
}

/** Why nothing listens there, by the code of the system's error, as E_LISTEN; undefined when that is not what failed. */
export const explainListen = (
  code: string | undefined,
  { host, port, option }: ListenAttempt,
): FairleadError | undefined => {
  const reason = reasons[code ?? ''];
  return reason === undefined
    ? undefined
    : new FairleadError('E_LISTEN', { address: `${host}:${port}`, reason, option });
};
