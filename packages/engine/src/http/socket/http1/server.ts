import type { Clock } from '@fairlead/kube';
import type { AddressInfo } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { Connection, type Host } from './connection.ts';
import type { Exchange } from './exchange.ts';

export type { Exchange } from './exchange.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls: TlsOptions;
  /** Connections at once; more are closed as they come. */
  readonly limit: number;
  readonly clock: Clock;
  /** Called when the head of a request is there. Must not throw. */
  readonly onRequest: (exchange: Exchange) => void;
}

export interface HttpServer {
  readonly port: number;
  /** Takes no new connections, ends idle ones, lets answers finish; breaks off what still goes on after a second. */
  close(): Promise<void>;
}

const TICK_MILLISECONDS = 1000;
const CLOSE_MILLISECONDS = 1000;
/** As long as for the head of a request. */
const HANDSHAKE_MILLISECONDS = 20_000;

/**
 * A server of HTTP/1.1 over TLS on plain sockets (RFC 9112). It does what an API server needs and refuses the rest, and
 * spends a third of what `node:https` does on a small request. Rejects when the address cannot be had.
 */
export const openHttpServer = async (options: HttpServerOptions): Promise<HttpServer> => {
  const { clock, tls } = options;
  const room = new Room(options);
  const server = createServer(
    {
      ...tls,
      // Whoever has said all that they want to say may still hear the answer.
      allowHalfOpen: true,
      noDelay: true,
      handshakeTimeout: HANDSHAKE_MILLISECONDS,
    },
    (socket) => room.add(new Connection(socket, room)),
  );
  server.on('tlsClientError', (_, socket) => socket.destroy());
  server.maxConnections = options.limit;
  const { promise: bound, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host: options.host, port: options.port }, resolve);
  await bound;
  server.off('error', reject);
  const close = (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(CLOSE_MILLISECONDS, () => room.destroy());
    server.close(() => {
      cancel();
      resolve();
    });
    room.close();
    return promise;
  };
  return { port: (server.address() as AddressInfo).port, close };
};

/** The connections that are there, and their time: one timer for all of them. */
class Room implements Host {
  readonly #connections = new Set<Connection>();
  readonly #clock: Clock;
  readonly onRequest: (exchange: Exchange) => void;
  #seconds = 0;
  #ticking = false;
  #closing = false;
  #dated = 0;
  #date = '';

  constructor({ clock, onRequest }: HttpServerOptions) {
    this.#clock = clock;
    this.onRequest = onRequest;
  }

  get seconds(): number {
    return this.#seconds;
  }

  get closing(): boolean {
    return this.#closing;
  }

  date(): string {
    const second = Math.floor(this.#clock.now() / 1000);
    if (second !== this.#dated) {
      this.#dated = second;
      this.#date = new Date(second * 1000).toUTCString();
    }
    return this.#date;
  }

  add(connection: Connection): void {
    this.#connections.add(connection);
    // Its handshake was under way when the server closed.
    if (this.#closing) connection.close();
    if (this.#ticking) return;
    this.#ticking = true;
    this.#clock.after(TICK_MILLISECONDS, this.#tick);
  }

  onClosed(connection: Connection): void {
    this.#connections.delete(connection);
  }

  close(): void {
    this.#closing = true;
    for (const connection of this.#connections) connection.close();
  }

  destroy(): void {
    for (const { socket } of this.#connections) socket.destroy();
  }

  readonly #tick = (): void => {
    this.#seconds++;
    for (const connection of this.#connections) connection.tick();
    this.#ticking = this.#connections.size > 0;
    if (this.#ticking) this.#clock.after(TICK_MILLISECONDS, this.#tick);
  };
}
