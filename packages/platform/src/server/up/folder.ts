import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/api/errors';
import { makePrivateFolder } from '@fairlead/engine/private-folder';
import { lockFolder } from './lock.ts';
import { openSocketFolder, socketFolder, socketsIn } from './sockets.ts';

/** Where everything lies in a data folder. */
export interface Places {
  readonly root: string;
  readonly engine: string;
  readonly node: string;
  readonly registry: string;
  readonly git: string;
  readonly logs: string;
  /** What runs on the folder, one file for each process. */
  readonly run: string;
  readonly kubeconfig: string;
  readonly endpoints: string;
  /** The folder of the unix sockets. */
  readonly sockets: string;
  /** The unix socket on which the router takes requests to drain. */
  readonly routerControl: string;
  /** The unix socket on which the node agent serves logs. */
  readonly agentSocket: string;
}

export const placesIn = (root: string): Places => {
  const run = join(root, 'run');
  const sockets = socketFolder(root, run);
  const { router, agent } = socketsIn(sockets);
  return {
    root,
    engine: join(root, 'engine'),
    node: join(root, 'node'),
    registry: join(root, 'registry'),
    git: join(root, 'git'),
    logs: join(root, 'logs'),
    run,
    kubeconfig: join(root, 'kubeconfig'),
    endpoints: join(root, 'endpoints.json'),
    sockets,
    routerControl: router,
    agentSocket: agent,
  };
};

/** Makes the folder ready and holds it; nobody else can while this process lives. */
export const holdFolder = async (places: Places): Promise<{ release(): void }> => {
  try {
    for (const folder of [
      places.root,
      places.engine,
      places.node,
      places.registry,
      places.git,
      places.logs,
      places.run,
    ])
      makePrivateFolder(folder);
    await openSocketFolder(places.sockets);
    await access(places.root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(places, error);
  }
  const lock = tryLock(places);
  if (lock === undefined) throw new FairleadError('E_DATA_LOCKED', { folder: places.root, command: 'up' });
  return lock;
};

const tryLock = (places: Places): { release(): void } | undefined => {
  try {
    return lockFolder(join(places.root, 'lock'));
  } catch (error) {
    throw unusable(places, error);
  }
};

const unusable = ({ root }: Places, error: unknown): FairleadError =>
  new FairleadError('E_DATA_UNUSABLE', {
    folder: root,
    command: 'up',
    reason: error instanceof Error ? error.message : String(error),
  });
