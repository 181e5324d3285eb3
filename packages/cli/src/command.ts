import { parseArgs, type ParseArgsOptionDescriptor } from 'node:util';
import { FairleadError } from '@fairlead/api/errors';
import type { Io } from './io.ts';

/** An option of a command, as its help shows it. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** `PORT` in `--listen PORT`. */
  readonly value?: string;
  readonly text: string;
}

/** A command is a value: its words, what it takes, and what it does. */
export interface Command {
  /** `config set`. */
  readonly name: string;
  readonly text: string;
  /** What comes after the words, as the help shows it: `NAME=VALUE…`. */
  readonly takes?: string;
  readonly options?: Readonly<Record<string, Option>>;
  /** Not in the list of commands. */
  readonly hidden?: boolean;
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

/** Options of every command that talks to the platform. */
export const common = {
  app: { type: 'string', short: 'a', value: 'NAME', text: 'the app; else the git remote, else the folder' },
  namespace: { type: 'string', value: 'NAME', text: 'the namespace of the app; else that of the context' },
  context: { type: 'string', value: 'NAME', text: 'the platform; else the current one' },
  output: { type: 'string', short: 'o', value: 'json|yaml|name', text: 'for programs' },
} as const satisfies Record<string, Option>;

export const helpOption = { type: 'boolean', short: 'h', text: 'shows this' } as const satisfies Option;

/** Reads what a person typed after the words of a command. Throws E_ARGUMENT. */
export const parseWords = (
  command: Command,
  typed: readonly string[],
): Pick<Invocation, 'words' | 'options'> => {
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
    const reason = (error instanceof Error ? error.message : String(error)).split('. ', 1)[0] ?? '';
    throw new FairleadError('E_ARGUMENT', { argument: typed.join(' '), reason, command: command.name });
  }
};

/** An option that has text, or undefined when it was not given. */
export const textOption = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};
