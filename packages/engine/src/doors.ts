import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { type Clock, type KubeRequest, type KubeResponse, systemClock, systemRandom } from '@fairlead/kube';
import { openServerIdentity } from './auth/certificates.ts';
import { type Access, writeKubeconfig } from './auth/kubeconfig.ts';
import type { Authentication } from './auth/authentication.ts';
import type { Tokens } from './auth/tokens.ts';
import { admin, type User } from './auth/user.ts';
import { API_ADDRESS } from './bootstrap/api-service.ts';
import type { EngineOptions } from './engine.ts';
import { listen } from './http/socket/listen.ts';

/** The way in from outside: a socket, an identity, tokens. */
export interface Doors {
  readonly url: string;
  /** The same as an address and a port. */
  readonly ip: string;
  readonly port: number;
  /** How a user with a token comes in. Throws when there is no such token. */
  access(user: string): Access;
  close(): Promise<void>;
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];
/** As pods know it. */
const IN_CLUSTER = [
  API_ADDRESS,
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];

interface Behind {
  readonly authentication: Authentication;
  readonly tokens: Tokens;
  readonly serve: (user: User, request: KubeRequest) => KubeResponse | Promise<KubeResponse>;
}

/** Listens, and writes down for the administrator how to come in. */
export const openDoors = async (
  options: Pick<EngineOptions, 'listen' | 'store' | 'clock' | 'random'>,
  { authentication, tokens, serve }: Behind,
): Promise<Doors> => {
  const { host = '127.0.0.1', port = 0, names = [], kubeconfig } = options.listen ?? {};
  const folder = dataFolder(options.store);
  const clock: Clock = options.clock ?? systemClock;
  const hosts = [...new Set([...LOOPBACK, ...IN_CLUSTER, ...(isWildcard(host) ? [] : [host]), ...names])];
  const identity = await openServerIdentity({ ...(folder && { folder: join(folder, 'pki') }), hosts, clock });
  const { random = systemRandom } = options;
  const listener = await listen({ host, port, identity, authentication, clock, random, serve });
  const url = `https://${urlHost(isWildcard(host) ? '127.0.0.1' : host)}:${listener.port}`;
  const access = (user: string): Access => {
    const token = tokens.get(user);
    if (token === undefined) throw new Error(`there is no token for the user ${user}`);
    return { server: url, ca: identity.ca, user, token };
  };
  if (kubeconfig !== undefined) await writeKubeconfig(kubeconfig, access(admin.name));
  const ip = isIPv4(host) && !isWildcard(host) ? host : '127.0.0.1';
  return { url, ip, port: listener.port, access, close: () => listener.close() };
};

/** Where everything is kept; undefined: only in memory. */
export const dataFolder = (store: EngineOptions['store']): string | undefined =>
  typeof store === 'object' && 'data' in store ? store.data : undefined;

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';

const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
