import type { App, Release } from '@fairlead/api';
import { FairleadError } from '@fairlead/api/errors';
import { annotations, images as imageType, rollbackMark } from '@fairlead/api/names';
import { type Client, type JsonPatchOperation, kind } from '@fairlead/kube';
import type { Image } from '@fairlead/api';
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
  options: { app: common.app, namespace: common.namespace, context: common.context },
  run: async (invocation) => {
    const asked = invocation.words[0];
    await using platform = await connect(invocation);
    const name = await appName(invocation, platform.namespace);
    return await changeApp(invocation, {
      platform,
      name,
      operations: async (app) => {
        const history = await historyOf(platform.client, app);
        const target = findTarget(history, app, asked);
        const mark = rollbackMark(target.spec.version, history.at(-1)?.spec.version ?? 0);
        return [
          { op: 'add', path: `/metadata/annotations/${pointer(annotations.rolledBackTo)}`, value: mark },
          ...(await restore(platform.client, app, target)),
        ];
      },
    });
  },
};

export default rollback;

/** The release that is asked for, else the one before the one that runs. */
const findTarget = (history: readonly Release[], app: App, asked: string | undefined): Release => {
  const version = asked === undefined ? undefined : Number(asked.replace(/^v/, ''));
  const newest = history.at(-1)?.spec.version ?? 0;
  const target =
    version === undefined
      ? history.findLast(({ spec, status }) => spec.version < newest && status?.phase === 'Succeeded')
      : history.find(({ spec }) => spec.version === version);
  if (target === undefined) {
    throw new FairleadError('E_RELEASE_NOT_FOUND', {
      app: app.metadata.name,
      version: asked?.replace(/^v/, '') ?? newest - 1,
      releases: history.map(({ spec }) => `v${spec.version}`).join(', '),
    });
  }
  if (target.spec.image === undefined) {
    throw new FairleadError('E_ROLLBACK_FIRST', { app: app.metadata.name, version: target.spec.version });
  }
  return target;
};

/** A key as a part of a JSON pointer (RFC 6901). */
const pointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** Writes the snapshot back into the App: source, configuration and commands; how many copies run stays. */
const restore = async (client: Client, app: App, target: Release): Promise<JsonPatchOperation[]> => {
  const { source, env, runtime } = target.spec;
  return [
    { op: 'add', path: '/spec/source', value: source ?? {} },
    ...(env === undefined ? removeEnv(app) : [{ op: 'add', path: '/spec/env', value: env } as const]),
    ...restoredRuntime(app, runtime),
    { op: 'add', path: '/spec/processes', value: await restoredProcesses(client, app, target) },
  ];
};

const removeEnv = ({ spec }: App): JsonPatchOperation[] =>
  spec.env === undefined ? [] : [{ op: 'remove', path: '/spec/env' }];

/** A runtime that somebody chose since would have the old source built anew. */
const restoredRuntime = ({ spec }: App, runtime: string | undefined): JsonPatchOperation[] => {
  if (spec.runtime === undefined || spec.runtime === runtime) return [];
  if (runtime === undefined) return [{ op: 'remove', path: '/spec/runtime' }];
  return [{ op: 'replace', path: '/spec/runtime', value: runtime }];
};

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
