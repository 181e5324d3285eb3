import { parseArgs, type ParseArgsOptionDescriptor } from 'node:util';
import { FairleadError } from '@fairlead/api/errors';
import type { Io } from './io.ts';

/** An option of a command, as its help shows it. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** `PORT` in `--listen PORT`. */
  readonly value?: string;
  /** The only values that it takes. */
  readonly oneOf?: readonly string[];
  readonly text: string;
}

/** A command is a value: its words, what it takes, and what it does. */
export interface Command {
  /** `config set`. */
  readonly name: string;
  readonly text: string;
  /** What comes after the words: `NAME` one, `NAME…` one or more, `[NAME]` one or none; nothing when it is absent. */
  readonly takes?: string;
  readonly options?: Readonly<Record<string, Option>>;
  /** Resolves with the exit status. */
  readonly run: (invocation: Invocation) => Promise<number>;
}

export interface Invocation {
  readonly io: Io;
  /** What came after the words of the command. */
  readonly words: readonly string[];
  readonly options: Options;
}

export type Options = Readonly<Record<string, string | boolean | undefined>>;

const formats = ['json', 'yaml', 'name'] as const;

/** Options of every command that talks to the platform. */
export const common = {
  app: { type: 'string', short: 'a', value: 'NAME', text: 'the app; else the git remote, else the folder' },
  namespace: { type: 'string', value: 'NAME', text: 'the namespace of the app; else that of the context' },
  context: { type: 'string', value: 'NAME', text: 'the platform; else the current one' },
  output: { type: 'string', short: 'o', value: formats.join('|'), oneOf: formats, text: 'for programs' },
} as const satisfies Record<string, Option>;

export const helpOption = { type: 'boolean', short: 'h', text: 'shows this' } as const satisfies Option;

/** Reads what a person typed after the words of a command. Throws E_ARGUMENT, which names no value: it may be a secret. */
export const parseWords = (
  command: Command,
  typed: readonly string[],
): Pick<Invocation, 'words' | 'options'> => {
  const { words, options } = parseOptions(command, typed);
  if (options['help'] !== true) {
    checkChoices(command, options);
    checkCount(command, words);
  }
  return { words, options };
};

const parseOptions = (command: Command, typed: readonly string[]): Pick<Invocation, 'words' | 'options'> => {
  const declared: Record<string, Option> = { ...command.options, help: helpOption };
  const options = Object.fromEntries(
    Object.entries(declared).map(([name, option]): [string, ParseArgsOptionDescriptor] => [
      name,
      { type: option.type, ...(option.short === undefined ? {} : { short: option.short }) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...typed],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { words: positionals, options: values as Options };
  } catch (error) {
    throw misused(command, error as NodeJS.ErrnoException);
  }
};

const misused = ({ name }: Command, { code, message }: NodeJS.ErrnoException): FairleadError => {
  const [argument] = /--[^\s',<]+/.exec(message) ?? /-[^\s',]/.exec(message) ?? ['that'];
  const reason =
    code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION'
      ? 'there is no such option; what begins with a dash and is none goes after  --'
      : message.includes('does not take')
        ? 'it takes no value'
        : 'it needs a value; one that begins with a dash goes after an equals sign';
  return new FairleadError('E_ARGUMENT', { argument, reason, command: name });
};

const checkChoices = ({ name, options: declared = {} }: Command, options: Options): void => {
  for (const [option, { oneOf }] of Object.entries(declared)) {
    const value = textOption(options, option);
    if (oneOf === undefined || value === undefined || oneOf.includes(value)) continue;
    throw new FairleadError('E_ARGUMENT', {
      argument: `--${option} ${value}`,
      reason: `it is one of ${oneOf.join(', ')}`,
      command: name,
    });
  }
};

/** A word too many is refused, not passed over: `fairlead info shop` would show another app. */
const checkCount = ({ name, takes, options = {} }: Command, words: readonly string[]): void => {
  const most = takes === undefined ? 0 : takes.includes('…') ? Number.POSITIVE_INFINITY : 1;
  const least = takes === undefined || takes.startsWith('[') ? 0 : 1;
  if (words.length < least) {
    throw new FairleadError('E_ARGUMENT', { argument: name, reason: `it needs ${takes}`, command: name });
  }
  if (words.length <= most) return;
  const about = 'app' in options && takes === undefined ? '; an app is named by  --app NAME' : '';
  throw new FairleadError('E_ARGUMENT', {
    argument: words[most] ?? '',
    reason: `${name} takes ${most === 0 ? 'no words' : `one ${takes?.replace(/[[\]]/g, '')}`}${about}`,
    command: name,
  });
};

/** An option that has text, or undefined when it was not given. */
export const textOption = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};
