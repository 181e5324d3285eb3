import { FairleadError } from '@fairlead/api/errors';
import { type Pod, pods } from '@fairlead/kube';
import { findApp } from '../../app/find.ts';
import { appName } from '../../app/name.ts';
import { type Command, common, type Invocation, textOption } from '../../command.ts';
import type { Io } from '../../io.ts';
import { connect } from '../../platform/connect.ts';
import { exitStatus } from '../../status.ts';
import { followLogs } from './follow.ts';
import { linesOf } from './lines.ts';
import { labelled, type Reading, scopeOf } from './reading.ts';

/** `fairlead logs [-f] [-n LINES] [--process NAME]` */
const logs: Command = {
  name: 'logs',
  text: 'shows what the copies of an app print, all of them together',
  options: {
    app: common.app,
    namespace: common.namespace,
    context: common.context,
    follow: { type: 'boolean', short: 'f', text: 'goes on with what is printed from now on' },
    lines: {
      type: 'string',
      short: 'n',
      value: 'COUNT',
      text: 'the last lines of each copy; 100 by default',
    },
    process: { type: 'string', value: 'NAME', text: 'only copies of this process' },
  },
  run: async (invocation) => {
    const tailLines = parseLines(invocation);
    const process = parseProcess(invocation);
    await using platform = await connect(invocation);
    const name = await appName(invocation, platform.namespace);
    await findApp(platform.client, name);
    const reading = { platform, name, tailLines, process };
    await (invocation.options['follow'] === true ? followLogs : tail)(invocation.io, reading);
    return exitStatus.ok;
  },
};

export default logs;

const parseLines = ({ options }: Invocation): number => {
  const lines = textOption(options, 'lines') ?? '100';
  if (/^\d{1,7}$/.test(lines)) return Number(lines);
  throw new FairleadError('E_ARGUMENT', {
    argument: `--lines ${lines}`,
    reason: 'it must be a number',
    command: 'logs',
  });
};

const parseProcess = ({ options }: Invocation): string | undefined => {
  const process = textOption(options, 'process');
  if (process === undefined || /^[a-z][-a-z0-9]{0,19}$/.test(process)) return process;
  throw new FairleadError('E_ARGUMENT', {
    argument: `--process ${process}`,
    reason: 'that is no name of a process',
    command: 'logs',
  });
};

/** What has been printed so far, in the order in which it was printed. */
const tail = async (io: Io, reading: Reading): Promise<void> => {
  const { items } = await reading.platform.client.resource(pods).list(scopeOf(reading));
  const all = await Promise.all(items.map((pod) => lastLines(io, reading, pod)));
  const ordered = all.flat().sort((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time)));
  if (items.length === 0) io.err(`no copy of ${reading.name.name} runs; see  fairlead info\n`);
  for (const { text } of ordered) io.out(text);
};

const lastLines = async (
  { signal }: Io,
  { platform, tailLines }: Reading,
  pod: Pod,
): Promise<{ time: string; text: string }[]> => {
  const lines = linesOf(platform.client, pod, { tailLines, follow: false, signal });
  return Array.fromAsync(lines, (line) => ({ time: line.time, text: labelled(pod, line.text) }));
};
