import { openMemoryStore } from '../../packages/engine/src/store/memory.ts';
import { decodeJson } from '../../packages/engine/src/http/codec.ts';
import { startEngine } from '@fairlead/engine';
import { startControlPlane } from '../cluster/control-plane.ts';
import { administrator } from '../cluster/credentials.ts';
import type { Side } from './side.ts';
import { users } from './users.ts';

/** The engine in this process, in memory, through its socket. */
export const openEngine = async ({ controllers = false } = {}): Promise<Side> => {
  const store = await openMemoryStore({ parse: (bytes) => decodeJson(bytes).value as never });
  const known = users.map((user) => ({ ...user, groups: [...user.groups, 'system:authenticated'] }));
  const engine = await startEngine({
    store,
    controllers,
    listen: { host: '127.0.0.1', port: 0, users: known },
    onError: (error) => console.error(error),
  });
  const { server, ca } = engine.access();
  const names = [administrator, ...users].map(({ name }) => name);
  return {
    url: server,
    ca,
    tokens: new Map(names.map((name) => [name, engine.access(name).token])),
    compact: () => store.compact(store.revision),
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await store.close();
    },
  };
};

/** The real control plane. */
export const openCluster = async (): Promise<Side & { startControllers(): Promise<void> }> =>
  startControlPlane({ users });
