import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistryClient, type Repository } from '../oci/client.ts';
import { openDiskStorage } from './disk/storage.ts';
import { createRegistry, type Registry, type RegistryOptions } from './registry.ts';

export interface TestRegistry extends AsyncDisposable {
  readonly registry: Registry;
  readonly folder: string;
  /** Sends a request as the admin, or as whoever `headers` say. */
  request(path: string, init?: RequestInit): Promise<Response>;
  repository(name: string): Repository;
}

export const adminToken = 'secret';

/** The header that a user with this token sends. */
export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const tokenOf = ({ headers }: Request): string | undefined => {
  const [, scheme, value = ''] = /^(Bearer|Basic) (.+)$/.exec(headers.get('authorization') ?? '') ?? [];
  if (scheme === 'Basic')
    return Buffer.from(value, 'base64')
      .toString()
      .replace(/^[^:]*:/, '');
  return scheme && value;
};

/** A real registry in a folder of its own. The admin may everything; other rules by `options`. */
export const openTestRegistry = async (
  options: Partial<RegistryOptions<string>> = {},
): Promise<TestRegistry> => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-registry-'));
  const registry = createRegistry<string>({
    storage: await openDiskStorage(folder),
    clock: { now: () => Date.now() },
    authenticate: tokenOf,
    authorize: (user) => user === adminToken,
    onFault: (error) => console.error(error),
    ...options,
  });
  const origin = 'http://registry.test';
  const client = createRegistryClient({
    send: registry,
    origin,
    authorization: () => `Bearer ${adminToken}`,
  });
  return {
    registry,
    folder,
    request(path, init = {}) {
      const headers = { ...bearer(adminToken), ...(init.headers as Record<string, string> | undefined) };
      return registry(new Request(new URL(path, origin), { ...init, headers, duplex: 'half' }));
    },
    repository: (name) => client.repository(name),
    async [Symbol.asyncDispose]() {
      await registry.close();
      await rm(folder, { recursive: true });
    },
  };
};
