import { type Command, helpOption, type Option } from '../../packages/cli/src/command.ts';
import { commandNames, loadAll, loadCommand } from '../../packages/cli/src/commands/index.ts';
import { exitStatus } from '../../packages/cli/src/status.ts';

const meanings: Readonly<Record<keyof typeof exitStatus, string>> = {
  ok: 'it came about',
  failed: 'it did not come about, and the person who asked can mend it',
  misused: 'the command line itself was wrong',
  platform: 'the platform or the machine is at fault',
  interrupted: 'Ctrl-C; what had begun goes on',
};

/** docs/cli.md from the commands. */
export const renderCli = async (): Promise<string> => {
  const commands = await loadAll();
  const statuses = Object.entries(exitStatus).map(
    ([name, status]) => `| ${status} | ${meanings[name as keyof typeof exitStatus]} |`,
  );
  return [
    '# The command line',
    '',
    'Rendered from the commands in `packages/cli/src/commands`. `fairlead COMMAND --help` says the same.',
    '',
    ...commands.flatMap(section),
    '## Other names',
    '',
    'A colon stands for a space: `config:set` is `config set`.',
    '',
    '| name | the same as |',
    '| --- | --- |',
    ...(await aliasRows()),
    '',
    '## Exit status',
    '',
    '| status | what it says |',
    '| --- | --- |',
    ...statuses,
    '',
  ].join('\n');
};

const section = ({ name, text, takes, options = {} }: Command): string[] => [
  `## ${name}`,
  '',
  `\`fairlead ${name}${takes === undefined ? '' : ` ${takes}`}\` ${text}.`,
  '',
  '| option | what it does |',
  '| --- | --- |',
  ...Object.entries({ ...options, help: helpOption }).map(optionRow),
  '',
];

const optionRow = ([name, { short, value, text }]: [string, Option]): string => {
  const long = `--${name}${value === undefined ? '' : ` ${value}`}`.replaceAll('|', '\\|');
  return `| ${short === undefined ? '' : `\`-${short}\`, `}\`${long}\` | ${text} |`;
};

const aliasRows = async (): Promise<string[]> => {
  const pairs = await Promise.all(
    commandNames.map(async (alias) => [alias, (await loadCommand(alias)).name] as const),
  );
  return pairs
    .filter(([alias, name]) => alias !== name)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([alias, name]) => `| \`${alias}\` | \`${name}\` |`);
};
