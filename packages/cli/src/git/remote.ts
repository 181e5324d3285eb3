import { fileURLToPath } from 'node:url';
import type { ObjectName } from '@fairlead/kube';
import type { Io } from '../io.ts';
import { git } from './git.ts';

export const remoteName = 'fairlead';

/** Where the repository of an app is. Never with a token in it: git asks our credential helper. */
export const remoteUrl = (url: string, { namespace = 'default', name }: ObjectName): string =>
  `${url}/git/${namespace}/${name}.git`;

/** The URL of the folder's git remote; undefined when there is none. */
export const currentRemote = async (io: Io): Promise<string | undefined> =>
  (await git(io, 'remote', 'get-url', remoteName))?.trim();

/** The app that the folder's git remote names. */
export const appOfRemote = async (io: Io): Promise<Required<ObjectName> | undefined> =>
  appOfUrl(await currentRemote(io));

export const appOfUrl = (url: string | undefined): Required<ObjectName> | undefined => {
  const [, namespace, name] = /\/git\/([^/]+)\/([^/]+)\.git$/.exec(url ?? '') ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
};

/** Whether the folder is in a git repository. */
export const hasRepository = async (io: Io): Promise<boolean> =>
  (await git(io, 'rev-parse', '--git-dir')) !== undefined;

/** Makes the remote of the repository lead to the app, with the helper that knows the token; false when git refuses. */
export const setRemote = async (io: Io, url: string, name: ObjectName): Promise<boolean> => {
  const remote = remoteUrl(url, name);
  const added =
    (await git(io, 'remote', 'add', remoteName, remote)) ??
    (await git(io, 'remote', 'set-url', remoteName, remote));
  const key = `credential.${url}.helper`;
  // An empty entry first: helpers that the person has for all hosts are not asked for this one.
  await git(io, 'config', '--replace-all', key, '');
  const helped = await git(io, 'config', '--add', key, `!${quoted(helper())}`);
  return added !== undefined && helped !== undefined;
};

/** Takes the remote away when it leads to this app. */
export const dropRemote = async (io: Io, url: string, name: ObjectName): Promise<void> => {
  if ((await currentRemote(io)) !== remoteUrl(url, name)) return;
  await git(io, 'remote', 'remove', remoteName);
  await git(io, 'config', '--unset-all', `credential.${url}.helper`);
};

const helper = (): string =>
  fileURLToPath(new URL('../../../../bin/git-credential-fairlead', import.meta.url));

// Git gives a helper that begins with "!" to a shell.
const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;
