import { resolve } from 'node:path';
import { FairleadError } from '@fairlead/api/errors';
import { type Invocation, type Option, textOption } from '../../command.ts';

/** Where an engine keeps everything, when nothing is said of it. */
export const usualData = '.fairlead/engine';

export const dataOption = {
  type: 'string',
  value: 'DIR',
  text: `the data folder; ${usualData} by default`,
} as const satisfies Option;

/** A copy that is to be made or restored. */
export interface Copying {
  readonly command: string;
  /** The option that names the file of the copy. */
  readonly option: string;
}

/** Makes or restores a copy. Whatever keeps it from being done is told as E_COPY_FAILED. */
export const copying = async <T>(
  { io, options }: Pick<Invocation, 'io' | 'options'>,
  { command, option }: Copying,
  act: (paths: { readonly data: string; readonly file: string }) => T | Promise<T>,
): Promise<T> => {
  const file = textOption(options, option) ?? '';
  if (file === '') {
    throw new FairleadError('E_ARGUMENT', { argument: `--${option}`, reason: 'it must be given', command });
  }
  const data = resolve(io.cwd, textOption(options, 'data') ?? usualData);
  try {
    return await act({ data, file: resolve(io.cwd, file) });
  } catch (error) {
    const reason = (error as Error).message;
    throw new FairleadError('E_COPY_FAILED', { what: `${command} --${option} ${file}`, reason, command });
  }
};
