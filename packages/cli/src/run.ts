import { FairleadError, renderError } from '@fairlead/api/errors';
import { type Command, parseWords } from './command.ts';
import { commandNames, loadAll, loadCommand } from './commands/index.ts';
import { renderCommand, renderCommands } from './help.ts';
import type { Io } from './io.ts';
import { explainFault } from './output/fault.ts';

/** Exit statuses: stable, so that scripts may rely on them. */
export const exitStatus = { ok: 0, failed: 1, misused: 2, platform: 3 } as const;

/** Runs what a person typed after `fairlead`; resolves with the exit status. */
export const run = async (typed: readonly string[], io: Io): Promise<number> => {
  try {
    return await dispatch(typed, io);
  } catch (error) {
    const known = error instanceof FairleadError ? error : explainFault(error);
    if (known === undefined) throw error;
    io.err(`${renderError(known)}\n`);
    if (known.code === 'E_ARGUMENT') return exitStatus.misused;
    return known.fault === 'user' ? exitStatus.failed : exitStatus.platform;
  }
};

const dispatch = async (typed: readonly string[], io: Io): Promise<number> => {
  const [first = 'help', ...rest] = typed;
  if (['help', '--help', '-h'].includes(first)) return showCommands(io);
  const words = [...(first === '--version' ? ['version'] : first.split(':')), ...rest];
  const name = commandNames.find((each) => startsWith(words, each.split(' ')));
  if (name === undefined) {
    throw new FairleadError('E_ARGUMENT', {
      argument: first,
      reason: 'there is no such command',
      command: '',
    });
  }
  const command = await loadCommand(name);
  const { words: taken, options } = parseWords(command, words.slice(name.split(' ').length));
  if (options['help'] === true) return showCommand(command, io);
  return command.run({ io, words: taken, options });
};

const startsWith = (words: readonly string[], name: readonly string[]): boolean =>
  name.every((word, index) => words[index] === word);

const showCommands = async (io: Io): Promise<number> => {
  io.out(renderCommands(await loadAll()));
  return exitStatus.ok;
};

const showCommand = (command: Command, io: Io): number => {
  io.out(renderCommand(command));
  return exitStatus.ok;
};
