import { basename } from 'node:path';
import type { App } from '@fairlead/api';
import { FairleadError } from '@fairlead/api/errors';
import { annotations } from '@fairlead/api/names';
import { isAlreadyExists, type ObjectName } from '@fairlead/kube';
import { checkName, folderName } from '../../app/name.ts';
import { statesOf } from '../../app/states.ts';
import { type Command, common, type Invocation, textOption } from '../../command.ts';
import { appOfUrl, currentRemote, hasRepository, remoteUrl, setRemote } from '../../git/remote.ts';
import type { Io } from '../../io.ts';
import { apps } from '../../kinds.ts';
import { show } from '../../output/show.ts';
import { connect, type Platform } from '../../platform/connect.ts';
import { exitStatus } from '../../status.ts';

/** `fairlead create [NAME]` */
const create: Command = {
  name: 'create',
  text: 'creates an app, and adds the git remote fairlead',
  takes: '[NAME]',
  options: {
    app: { ...common.app, text: "the same as NAME; else the folder's name" },
    namespace: common.namespace,
    context: common.context,
    output: common.output,
  },
  run: async (invocation) => {
    const chosen = nameOf(invocation);
    await using platform = await connect(invocation);
    const name = { namespace: platform.namespace, name: chosen };
    const app = await createApp(platform, name);
    const ready = await firstRelease(platform, { name, app, signal: invocation.io.signal });
    const next = await ensureRemote(invocation.io, platform, name);
    const text = `${name.name} is created: v1\n  address  ${ready.status?.url ?? '-'}\n  deploy   ${next}\n`;
    await show(invocation, { text: () => text, value: ready, names: [name.name] });
    return exitStatus.ok;
  },
};

export default create;

const nameOf = ({ io, words, options }: Invocation): string => {
  const [word] = words;
  const option = textOption(options, 'app');
  if (word !== undefined && option !== undefined && word !== option) {
    throw new FairleadError('E_ARGUMENT', {
      argument: word,
      reason: `the app is named ${option} by --app`,
      command: 'create',
    });
  }
  const given = word ?? option;
  return given === undefined ? folderName(io.cwd) : checkName(given);
};

const createApp = async ({ client, whoAmI }: Platform, name: Required<ObjectName>): Promise<App> => {
  try {
    const user = await whoAmI();
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
  throw new FairleadError('E_APP_NOT_FOUND', { app: name.name, namespace: name.namespace });
};

/** Adds the remote, unless the one there is in use for another app. Returns how to deploy from here. */
const ensureRemote = async (io: Io, platform: Platform, name: Required<ObjectName>): Promise<string> => {
  const { url } = platform.context;
  const named = basename(io.cwd).toLowerCase() === name.name && name.namespace === 'default';
  const without = named ? 'fairlead deploy' : `fairlead deploy ${optionsFor(name)}`;
  if (!(await hasRepository(io))) return without;
  const present = await currentRemote(io);
  if (present !== undefined && present !== remoteUrl(url, name) && (await inUse(platform, present))) {
    io.err(`the git remote fairlead stays as it is: ${present}\n`);
    io.err(`  change it with  fairlead git remote ${optionsFor(name)}\n`);
    return `fairlead deploy ${optionsFor(name)}`;
  }
  return (await setRemote(io, url, name)) ? 'git push fairlead main' : without;
};

const optionsFor = ({ namespace, name }: Required<ObjectName>): string =>
  namespace === 'default' ? `--app ${name}` : `--app ${name} --namespace ${namespace}`;

/** Whether a remote leads to an app of this platform that is still there. */
const inUse = async ({ client, context }: Platform, remote: string): Promise<boolean> => {
  const app = appOfUrl(remote);
  if (app === undefined) return true;
  if (!remote.startsWith(`${context.url}/`)) return false;
  return (await client.resource(apps).find(app)) !== undefined;
};
