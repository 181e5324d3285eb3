import { basename } from 'node:path';
import { FairleadError } from '@fairlead/api/errors';
import { isAppName } from '@fairlead/api/names';
import type { ObjectName } from '@fairlead/kube';
import { type Invocation, textOption } from '../command.ts';
import { appOfRemote } from '../git/remote.ts';

/**
 * Which app a command means: `--app`, else the git remote, else the folder. A remote names the namespace
 * too, unless `--namespace` does. Throws E_APP_NAME or E_APP_UNNAMED.
 */
export const appName = async (
  { io, options }: Pick<Invocation, 'io' | 'options'>,
  namespace: string,
): Promise<Required<ObjectName>> => {
  const given = textOption(options, 'app');
  if (given !== undefined) return { namespace, name: checkName(given) };
  const remote = await appOfRemote(io);
  if (remote !== undefined)
    return textOption(options, 'namespace') === undefined ? remote : { ...remote, namespace };
  return { namespace, name: folderName(io.cwd) };
};

/** The name that a folder gives to its app. Throws E_APP_UNNAMED. */
export const folderName = (folder: string): string => {
  const name = basename(folder).toLowerCase();
  if (!isAppName(name)) throw new FairleadError('E_APP_UNNAMED');
  return name;
};

/** The name when it can be an app's. Throws E_APP_NAME. */
export const checkName = (name: string): string => {
  if (isAppName(name)) return name;
  throw new FairleadError('E_APP_NAME', {
    name: JSON.stringify(name).slice(1, -1),
    suggestion: suggest(name),
  });
};

const suggest = (name: string): string => {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return isAppName(plain) ? plain : 'shop';
};
