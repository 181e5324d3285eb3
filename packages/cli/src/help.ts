import { type Command, helpOption, type Option } from './command.ts';

const pad = (rows: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
};

/** The list of commands. */
export const renderCommands = (commands: readonly Command[]): string =>
  [
    'Fairlead: push code, get a running app.',
    '',
    'usage  fairlead COMMAND [options]',
    '',
    ...pad(
      commands.map(({ name, takes, text }): [string, string] => [`${name} ${takes ?? ''}`.trimEnd(), text]),
    ),
    '',
    'See more with  fairlead help COMMAND.  config:set is the same as config set.',
    '',
  ].join('\n');

/** One command in full. */
export const renderCommand = ({ name, text, takes, options = {} }: Command): string => {
  const all: [string, Option][] = [...Object.entries(options), ['help', helpOption]];
  const rows = all.map(([long, option]): [string, string] => {
    const short = option.short === undefined ? '    ' : `-${option.short}, `;
    return [`${short}--${long}${option.value === undefined ? '' : ` ${option.value}`}`, option.text];
  });
  return [
    text,
    '',
    `usage  fairlead ${name} ${takes ?? ''} [options]`.replace('  [', ' ['),
    '',
    ...pad(rows),
    '',
  ].join('\n');
};
