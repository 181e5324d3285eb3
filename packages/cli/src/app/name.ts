import { basename } from 'node:path';
import { FairleadError } from '@fairlead/api/errors';
import { isAppName } from '@fairlead/api/names';
import type { ObjectName } from '@fairlead/kube';
import { type Invocation, textOption } from '../command.ts';
import { appOfRemote } from '../git/remote.ts';

/** Which app a command means: `--app`, else the git remote, else the folder. Throws E_APP_NAME or E_APP_UNNAMED. */
export const appName = async (
  { io, options }: Invocation,
  namespace: string,
): Promise<Required<ObjectName>> => {
  const given = textOption(options, 'app');
  if (given !== undefined) return { namespace, name: checkName(given) };
  const remote = await appOfRemote(io);
  if (remote !== undefined) return remote;
  const folder = basename(io.cwd).toLowerCase();
  if (!isAppName(folder)) throw new FairleadError('E_APP_UNNAMED');
  return { namespace, name: folder };
};

/** The name when it can be an app's. */
export const checkName = (name: string): string => {
  if (isAppName(name)) return name;
  throw new FairleadError('E_APP_NAME', { name, suggestion: suggest(name) });
};

const suggest = (name: string): string => {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40);
  return isAppName(plain) ? plain : 'shop';
};
