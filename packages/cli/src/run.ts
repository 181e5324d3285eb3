import { FairleadError, renderError } from '@fairlead/api/errors';
import { type Command, parseWords } from './command.ts';
import { commandNames, loadAll, loadCommand } from './commands/index.ts';
import { renderCommand, renderCommands } from './help.ts';
import type { Io } from './io.ts';
import { exitStatus, statusOf } from './status.ts';

/** Runs what a person typed after `fairlead`; resolves with the exit status. Rejects only for a bug. */
export const run = async (typed: readonly string[], io: Io): Promise<number> => {
  try {
    return await dispatch(typed, io);
  } catch (error) {
    if (io.signal.aborted) return interrupted(io);
    const known = error instanceof FairleadError ? error : await explain(error);
    if (known === undefined) throw error;
    io.err(`${renderError(known)}\n`);
    return statusOf(known);
  }
};

const interrupted = (io: Io): number => {
  io.err('interrupted: what had begun goes on\n');
  return exitStatus.interrupted;
};

// Loaded when something went wrong: most commands need to know nothing of it.
const explain = async (error: unknown): Promise<FairleadError | undefined> =>
  (await import('./output/fault.ts')).explainFault(error);

const dispatch = async (typed: readonly string[], io: Io): Promise<number> => {
  const [first = 'help', ...rest] = typed;
  if (['help', '--help', '-h'].includes(first)) return showHelp(rest, io);
  const words = first === '--version' ? ['version', ...rest] : wordsOf(typed);
  if (isGroup(words[0]) && ['--help', '-h'].includes(words[1] ?? '')) return showHelp(words, io);
  const name = nameIn(words);
  if (name === undefined) throw unknownCommand(first);
  const [group = '', second = '-'] = words;
  if (isGroup(name) && !second.startsWith('-')) throw unknownCommand(`${group} ${second}`);
  const command = await loadCommand(name);
  const { words: taken, options } = parseWords(command, words.slice(name.split(' ').length));
  if (options['help'] === true) return showCommand(command, io);
  return command.run({ io, words: taken, options });
};

/** `config:set` is the same as `config set`. */
const wordsOf = ([first = '', ...rest]: readonly string[]): string[] => [
  ...(/^[a-z]+:[a-z]+$/.test(first) ? first.split(':') : [first]),
  ...rest,
];

const nameIn = (words: readonly string[]): string | undefined =>
  commandNames.find((each) => each.split(' ').every((word, index) => words[index] === word));

/** Whether a word is the first of commands, and none itself that shows help of its own. */
const isGroup = (word = ''): boolean => word === 'config' || word === 'git';

const unknownCommand = (typed: string): FairleadError =>
  new FairleadError('E_ARGUMENT', {
    argument: JSON.stringify(typed),
    reason: 'there is no such command',
    command: '',
  });

const showHelp = async (about: readonly string[], io: Io): Promise<number> => {
  const words = wordsOf(about.filter((word) => !word.startsWith('-')));
  const [first = ''] = words;
  const name = nameIn(words);
  const all = await loadAll();
  if (first === '') io.out(renderCommands(all));
  else if (isGroup(first) && words.length === 1)
    io.out(renderCommands(all.filter((each) => each.name.startsWith(`${first} `))));
  else if (name === undefined) throw unknownCommand(first);
  else io.out(renderCommand(await loadCommand(name)));
  return exitStatus.ok;
};

const showCommand = (command: Command, io: Io): number => {
  io.out(renderCommand(command));
  return exitStatus.ok;
};
