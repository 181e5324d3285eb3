import { FairleadError } from '@fairlead/api/errors';
import type { Invocation } from '../command.ts';

interface Shown {
  /** For people. */
  readonly text: () => string;
  /** For programs. */
  readonly value: unknown;
  /** What `--output name` prints, one a line. */
  readonly names: readonly string[];
}

/** Prints an answer as `--output` asks. */
export const show = async ({ io, options }: Invocation, shown: Shown): Promise<void> => {
  switch (options['output']) {
    case undefined:
      return io.out(shown.text());
    case 'json':
      return io.out(`${JSON.stringify(shown.value, undefined, 2)}\n`);
    case 'yaml':
      return io.out((await import('yaml')).stringify(shown.value));
    case 'name':
      return io.out(shown.names.map((name) => `${name}\n`).join(''));
    default:
      throw new FairleadError('E_ARGUMENT', {
        argument: `--output ${String(options['output'])}`,
        reason: 'it is one of json, yaml and name',
        command: '',
      });
  }
};
