import type { App, Image, Release } from '@fairlead/api';
import { FairleadError } from '@fairlead/api/errors';
import { images as imageType, rollbackMark } from '@fairlead/api/names';
import { type Client, type JsonPatchOperation, kind } from '@fairlead/kube';
import { changeApp } from '../../app/change.ts';
import { appName } from '../../app/name.ts';
import { type Command, common } from '../../command.ts';
import { connect } from '../../platform/connect.ts';
import { historyOf } from './history.ts';

const images = kind<Image>(imageType);

/** `fairlead rollback [vN]` */
const rollback: Command = {
  name: 'rollback',
  text: 'brings back image and configuration of an earlier release, as a new one',
  takes: '[vN]',
  options: common,
  run: async (invocation) => {
    const [word] = invocation.words;
    const asked = word === undefined ? undefined : parseVersion(word);
    await using platform = await connect(invocation);
    const name = await appName(invocation, platform.namespace);
    return await changeApp(invocation, {
      platform,
      name,
      changed: 'source',
      decide: async (app) => {
        const history = await historyOf(platform.client, app);
        const target = asked === undefined ? releaseBefore(history, app) : releaseOf(history, app, asked);
        const newest = history.at(-1)?.spec.version ?? 0;
        const operations = await restore(platform.client, app, target);
        return { operations, rollback: rollbackMark(target.spec.version, newest) };
      },
    });
  },
};

export default rollback;

const parseVersion = (word: string): number => {
  const [, digits] = /^v?(\d{1,9})$/.exec(word) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new FairleadError('E_ARGUMENT', {
    argument: word,
    reason: 'it must be the number of a release, as in  v2',
    command: 'rollback',
  });
};

/** The last one that served before the newest. */
const releaseBefore = (history: readonly Release[], { metadata }: App): Release => {
  const version = history.at(-1)?.spec.version ?? 1;
  const target = history.findLast(
    ({ spec, status }) => spec.version < version && spec.image !== undefined && status?.phase === 'Succeeded',
  );
  if (target !== undefined) return target;
  throw new FairleadError('E_ROLLBACK_NOTHING', { app: metadata.name, version });
};

const releaseOf = (history: readonly Release[], { metadata }: App, version: number): Release => {
  const app = metadata.name;
  const target = history.find(({ spec }) => spec.version === version);
  if (target === undefined) {
    const releases = history.map(({ spec }) => `v${spec.version}`).join(', ');
    throw new FairleadError('E_RELEASE_NOT_FOUND', { app, version, releases });
  }
  if (target.status?.phase === 'Failed') {
    const said = target.status.conditions?.find(({ type }) => type === 'Available');
    const reason = said?.reason ?? 'Failed';
    throw new FairleadError('E_ROLLBACK_FAILED', { app, version, reason });
  }
  if (target.spec.image === undefined) throw new FairleadError('E_ROLLBACK_FIRST', { app, version });
  return target;
};

/** Writes the snapshot back into the App: source, configuration and commands; how many copies run stays. */
const restore = async (client: Client, app: App, target: Release): Promise<JsonPatchOperation[]> => {
  const { source, runtime, env } = target.spec;
  return [
    addition('source', source ?? {}),
    ...(env === undefined ? removal(app, 'env') : [addition('env', env)]),
    // One that nobody chose stays so; one that was chosen since would build the old source anew.
    ...(app.spec.runtime === undefined || runtime === undefined ? [] : [addition('runtime', runtime)]),
    addition('processes', await restoredProcesses(client, app, target)),
  ];
};

const addition = (field: keyof App['spec'], value: unknown): JsonPatchOperation => ({
  op: 'add',
  path: `/spec/${field}`,
  value,
});

const removal = ({ spec }: App, field: 'env'): JsonPatchOperation[] =>
  spec[field] === undefined ? [] : [{ op: 'remove', path: `/spec/${field}` }];

/** The app's processes with the commands of the release, where they differ from what its image declares. */
const restoredProcesses = async (client: Client, app: App, { spec }: Release) => {
  const namespace = app.metadata.namespace ?? 'default';
  const image =
    spec.image?.name === undefined
      ? undefined
      : await client.resource(images).find({ namespace, name: spec.image.name });
  const declared = image?.status?.processes ?? {};
  const names = new Set([...Object.keys(app.spec.processes ?? {}), ...Object.keys(spec.processes ?? {})]);
  const entries = [...names].map((name) => {
    const { command: _own, ...rest } = app.spec.processes?.[name] ?? {};
    const command = spec.processes?.[name]?.command;
    const same =
      command === undefined || JSON.stringify(command) === JSON.stringify(declared[name]?.command ?? []);
    return [name, same ? rest : { ...rest, command }] as const;
  });
  return Object.fromEntries(entries.filter(([, process]) => Object.keys(process).length > 0));
};
