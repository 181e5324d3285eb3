import { labels } from '@fairlead/api/names';
import { type ObjectName, type Pod, pods } from '@fairlead/kube';
import { findApp } from '../../app/find.ts';
import { appName } from '../../app/name.ts';
import { type Command, common, type Invocation, textOption } from '../../command.ts';
import { FairleadError } from '@fairlead/api/errors';
import { connect, type Platform } from '../../platform/connect.ts';
import { exitStatus } from '../../run.ts';
import { linesOf } from './lines.ts';

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
    const wanted = parseWanted(invocation);
    await using platform = await connect(invocation);
    const name = await appName(invocation, platform.namespace);
    await findApp(platform.client, name);
    await (wanted.follow ? follow : tail)(invocation, { platform, name, ...wanted });
    return exitStatus.ok;
  },
};

export default logs;

interface Wanted {
  readonly follow: boolean;
  readonly tailLines: number;
  readonly process: string | undefined;
}

const parseWanted = ({ options }: Invocation): Wanted => {
  const lines = textOption(options, 'lines') ?? '100';
  if (!/^\d{1,7}$/.test(lines)) {
    throw new FairleadError('E_ARGUMENT', {
      argument: `--lines ${lines}`,
      reason: 'it must be a number',
      command: 'logs',
    });
  }
  return {
    follow: options['follow'] === true,
    tailLines: Number(lines),
    process: textOption(options, 'process'),
  };
};

interface Reading extends Wanted {
  readonly platform: Platform;
  readonly name: Required<ObjectName>;
}

const selectorOf = ({ name, process }: Reading): string =>
  `${labels.app}=${name.name},${process === undefined ? labels.process : `${labels.process}=${process}`}`;

/** What has been printed so far, in the order in which it was printed. */
const tail = async ({ io }: Invocation, reading: Reading): Promise<void> => {
  const { client } = reading.platform;
  const { items } = await client
    .resource(pods)
    .list({ namespace: reading.name.namespace, labelSelector: selectorOf(reading) });
  const all = await Promise.all(
    items.map(async (pod) => {
      const lines: { time: string; text: string }[] = [];
      for await (const line of linesOf(client, pod, {
        tailLines: reading.tailLines,
        follow: false,
        signal: io.signal,
      }))
        lines.push(line);
      return lines.map((line) => ({ ...line, text: labelled(pod, line.text) }));
    }),
  );
  const ordered = all.flat().sort((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time)));
  for (const { text } of ordered) io.out(text);
};

/** Every copy's lines as they come, those of copies that start later too. */
const follow = async ({ io }: Invocation, reading: Reading): Promise<void> => {
  const { client } = reading.platform;
  const seen = new Set<string>();
  const copy = async (pod: Pod, tailLines: number | undefined): Promise<void> => {
    for await (const line of linesOf(client, pod, { tailLines, follow: true, signal: io.signal }))
      io.out(labelled(pod, line.text));
  };
  const scope = { namespace: reading.name.namespace, labelSelector: selectorOf(reading) };
  const { items, metadata } = await client.resource(pods).list(scope);
  const running: Promise<void>[] = [];
  const begin = (pod: Pod, tailLines: number | undefined): void => {
    const started = pod.status?.containerStatuses?.some(({ state }) => state?.running !== undefined);
    if (started !== true || seen.has(pod.metadata.uid ?? '')) return;
    seen.add(pod.metadata.uid ?? '');
    running.push(
      copy(pod, tailLines).catch((error: unknown) =>
        io.err(`the log of ${pod.metadata.name} was cut: ${String(error)}\n`),
      ),
    );
  };
  for (const pod of items) begin(pod, reading.tailLines);
  for await (const event of client
    .resource(pods)
    .watch({ ...scope, resourceVersion: metadata.resourceVersion, signal: io.signal })) {
    if (event.type === 'ADDED' || event.type === 'MODIFIED') begin(event.object, undefined);
  }
  await Promise.all(running);
};

const labelled = ({ metadata }: Pod, text: string): string => `${metadata.name} | ${text}\n`;
