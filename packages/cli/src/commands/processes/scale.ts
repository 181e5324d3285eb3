import { FairleadError } from '@fairlead/api/errors';
import type { App } from '@fairlead/api';
import type { JsonPatchOperation } from '@fairlead/kube';
import { changeApp } from '../../app/change.ts';
import { appName } from '../../app/name.ts';
import { type Command, common } from '../../command.ts';
import { releases } from '../../kinds.ts';
import { connect, type Platform } from '../../platform/connect.ts';

/** `fairlead scale web=5 worker=1` */
const scale: Command = {
  name: 'scale',
  text: 'sets how many copies of a process run',
  takes: 'PROCESS=COUNT…',
  options: common,
  run: async (invocation) => {
    const counts = invocation.words.map(parseCount);
    await using platform = await connect(invocation);
    const name = await appName(invocation, platform.namespace);
    return await changeApp(invocation, {
      platform,
      name,
      changed: 'scale',
      decide: async (app) => ({ operations: await operations(platform, app, counts) }),
    });
  },
};

export default scale;

interface Count {
  readonly process: string;
  readonly replicas: number;
}

const parseCount = (word: string): Count => {
  const [, process = '', replicas = ''] = /^([a-z][-a-z0-9]{0,19})=(\d{1,4})$/.exec(word) ?? [];
  if (process === '' || Number(replicas) > 1000) {
    throw new FairleadError('E_ARGUMENT', {
      argument: word,
      reason: 'it must be a process and a number from 0 to 1000, as in  web=2',
      command: 'scale',
    });
  }
  return { process, replicas: Number(replicas) };
};

const operations = async (
  platform: Platform,
  app: App,
  counts: readonly Count[],
): Promise<JsonPatchOperation[]> => {
  const known = await processesOf(platform, app);
  for (const { process } of counts) {
    if (known.length === 0 || known.includes(process)) continue;
    throw new FairleadError('E_PROCESS_NOT_FOUND', {
      app: app.metadata.name,
      process,
      processes: known.join(', '),
    });
  }
  const current = app.spec.processes ?? {};
  const changed = counts.map(
    ({ process, replicas }) => [process, { ...current[process], replicas }] as const,
  );
  return [{ op: 'add', path: '/spec/processes', value: { ...current, ...Object.fromEntries(changed) } }];
};

/** Processes of the newest release; none before the first deploy, and then any may be named. */
const processesOf = async ({ client }: Platform, { metadata, status }: App): Promise<string[]> => {
  const name = `${metadata.name}-v${status?.release ?? 1}`;
  const newest = await client.resource(releases).find({ namespace: metadata.namespace ?? 'default', name });
  return Object.keys(newest?.spec.processes ?? {});
};
