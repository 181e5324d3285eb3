import { basename } from 'node:path';
import type { App } from '@fairlead/api';
import { FairleadError } from '@fairlead/api/errors';
import { annotations, isAppName } from '@fairlead/api/names';
import { isAlreadyExists, type ObjectName } from '@fairlead/kube';
import { statesOf } from '../../app/change.ts';
import { checkName } from '../../app/name.ts';
import { type Command, common, type Invocation, textOption } from '../../command.ts';
import { addRemote } from '../../git/remote.ts';
import { apps } from '../../kinds.ts';
import { connect, type Platform } from '../../platform/connect.ts';
import { exitStatus } from '../../run.ts';

/** `fairlead create [NAME]` */
const create: Command = {
  name: 'create',
  text: 'creates an app, and adds the git remote fairlead',
  takes: '[NAME]',
  options: { namespace: common.namespace, context: common.context, app: common.app },
  run: async (invocation) => {
    await using platform = await connect(invocation);
    const name = { namespace: platform.namespace, name: nameOf(invocation) };
    const app = await createApp(platform, name);
    const ready = await firstRelease(platform, { name, app, signal: invocation.io.signal });
    const remote = await addRemote(invocation.io, platform.context.url, name);
    invocation.io.out(
      `${name.name} is created: v1\n  address  ${ready.status?.url ?? ''}\n  deploy   ${nextStep(remote)}\n`,
    );
    return exitStatus.ok;
  },
};

export default create;

const nameOf = ({ io, words, options }: Invocation): string => {
  const given = words[0] ?? textOption(options, 'app');
  if (given !== undefined) return checkName(given);
  const folder = basename(io.cwd).toLowerCase();
  if (!isAppName(folder)) throw new FairleadError('E_APP_UNNAMED');
  return folder;
};

const createApp = async ({ client, user }: Platform, name: Required<ObjectName>): Promise<App> => {
  try {
    return await client.resource(apps).create({
      apiVersion: 'fairlead.dev/v1alpha1',
      kind: 'App',
      metadata: { ...name, annotations: { [annotations.changedBy]: user } },
      spec: {},
    });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    throw new FairleadError('E_APP_EXISTS', { app: name.name, namespace: name.namespace });
  }
};

const firstRelease = async (
  platform: Platform,
  { name, app, signal }: { name: Required<ObjectName>; app: App; signal: AbortSignal },
): Promise<App> => {
  for await (const state of statesOf(platform, { name, from: app, signal })) {
    if (state.status?.release !== undefined) return state;
  }
  return app;
};

const nextStep = (remote: boolean): string => (remote ? 'git push fairlead main' : 'fairlead deploy');
