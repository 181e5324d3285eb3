import { fileURLToPath } from 'node:url';
import type { ObjectName } from '@fairlead/kube';
import type { Io } from '../io.ts';
import { git } from './git.ts';

const remoteName = 'fairlead';

/** Where the repository of an app is. Never with a token in it: git asks our credential helper. */
export const remoteUrl = (url: string, { namespace = 'default', name }: ObjectName): string =>
  `${url}/git/${namespace}/${name}.git`;

/** The app that the folder's git remote names. */
export const appOfRemote = async (io: Io): Promise<Required<ObjectName> | undefined> => {
  const url = await git(io, 'remote', 'get-url', remoteName);
  const [, namespace, name] = /\/git\/([^/]+)\/([^/]+)\.git\s*$/.exec(url ?? '') ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
};

/** Adds the remote to the repository of the folder, with the helper that knows the token; false when there is none. */
export const addRemote = async (io: Io, url: string, name: ObjectName): Promise<boolean> => {
  if ((await git(io, 'rev-parse', '--git-dir')) === undefined) return false;
  const remote = remoteUrl(url, name);
  const added =
    (await git(io, 'remote', 'add', remoteName, remote)) ??
    (await git(io, 'remote', 'set-url', remoteName, remote));
  const key = `credential.${url}.helper`;
  // An empty entry first: helpers that the person has for all hosts are not asked for this one.
  await git(io, 'config', '--replace-all', key, '');
  await git(io, 'config', '--add', key, `!${quoted(helper())}`);
  return added !== undefined;
};

const helper = (): string =>
  fileURLToPath(new URL('../../../../bin/git-credential-fairlead', import.meta.url));

// Git gives a helper that begins with "!" to a shell.
const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;
