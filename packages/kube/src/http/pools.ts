import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Connection, Credential } from './connection.ts';

/** Connections to one server. */
export interface Pools {
  /** The pool of those who come with this certificate; when it is another than before, the old connections end. */
  get(credential: Credential): Promise<Dispatcher>;
  close(): Promise<void>;
}

export function openPools(connection: Connection, origin: string): Pools {
  let current: { readonly cert: string | undefined; readonly pool: Promise<Dispatcher> } | undefined;
  return {
    get({ cert, key }) {
      if (current !== undefined && current.cert === cert) return current.pool;
      const { cert: ownCert = cert, key: ownKey = key } = connection;
      void current?.pool.then((pool) => pool.destroy());
      const pool = openPool(
        { ...connection, ...(ownCert && ownKey && { cert: ownCert, key: ownKey }) },
        origin,
      );
      current = { cert, pool };
      return pool;
    },
    close: async () => {
      await (await current?.pool)?.destroy();
    },
  };
}

async function openPool(connection: Connection, origin: string): Promise<Dispatcher> {
  const { ca, cert, key, insecure, serverName, socketPath, proxy } = connection;
  const tls = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
    ...(insecure && { rejectUnauthorized: false }),
  };
  // Each watch holds a connection of its own: HTTP/1.1, as many as it takes.
  const plain = { allowH2: false, connections: null, pipelining: 1 };
  if (proxy === undefined)
    return new Pool(origin, { ...plain, ...(socketPath && { socketPath }), connect: tls });
  const { default: ProxyAgent } = await import('undici/lib/dispatcher/proxy-agent.js');
  return new ProxyAgent({ ...plain, uri: proxy, requestTls: tls });
}
