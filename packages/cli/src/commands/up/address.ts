import { FairleadError } from '@fairlead/api/errors';
import { type Options, textOption } from '../../command.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export const loopback = (port: number): Address => ({ host: '127.0.0.1', port });

export interface Asked {
  readonly command: string;
  readonly option: string;
  readonly fallback: Address;
}

/** `127.0.0.1:8080`, `[::1]:8080` or `:0`, where the host is the default one. Throws E_ARGUMENT. */
export const parseAddress = (options: Options, { command, option, fallback }: Asked): Address => {
  const text = textOption(options, option);
  if (text === undefined) return fallback;
  const [, host = '', port = ''] = /^(\[[0-9a-f:]+\]|[^:[\]]*):(\d{1,5})$/i.exec(text) ?? [];
  if (port === '' || Number(port) > 65_535) {
    throw new FairleadError('E_ARGUMENT', {
      argument: `--${option} ${text}`,
      reason: 'it must be HOST:PORT',
      command,
    });
  }
  return { host: host === '' ? fallback.host : host.replace(/^\[|\]$/g, ''), port: Number(port) };
};
