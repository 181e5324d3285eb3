import type { Duplex } from 'node:stream';
import { renderData, renderPing, SpdyCodec, type SpdyFrame } from './spdy/frames.ts';
import type { WebSocket } from './websocket.ts';

export const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io';

/** A connection to a port of the pod, once it is there. */
export type Dial = (port: number) => Promise<Duplex>;

/** One forwarded connection: what the client sends and hears, and beside it what went wrong. */
interface Forward {
  readonly port: number;
  readonly errorStream: number;
  dataStream: number | undefined;
  connection: Duplex | undefined;
  /** Resolves when the connection is there, or cannot be. */
  connecting: Promise<void>;
}

/** Carries connections to ports of a pod until the client goes. */
export async function servePortForward(socket: WebSocket, dial: Dial): Promise<void> {
  const tunnel = new Tunnel(socket, dial);
  try {
    for await (const message of socket.messages()) await tunnel.take(message);
  } catch (error) {
    socket.close(1002, (error as Error).message);
  } finally {
    tunnel.close();
  }
}

class Tunnel {
  readonly #socket: WebSocket;
  readonly #dial: Dial;
  readonly #codec = new SpdyCodec();
  /** By the client's number for the pair of streams. */
  readonly #forwards = new Map<string, Forward>();
  readonly #byStream = new Map<number, Forward>();

  constructor(socket: WebSocket, dial: Dial) {
    this.#socket = socket;
    this.#dial = dial;
  }

  async take(message: Buffer): Promise<void> {
    for await (const frame of this.#codec.read(message)) await this.#handle(frame);
  }

  close(): void {
    this.#codec.close();
    for (const { connection } of this.#forwards.values()) connection?.destroy();
  }

  async #handle(frame: SpdyFrame): Promise<void> {
    switch (frame.kind) {
      case 'open':
        return this.#open(frame.stream, frame.headers);
      case 'data':
        return this.#pass(frame.stream, frame);
      case 'reset':
        return this.#drop(frame.stream);
      case 'ping':
        return this.#socket.send(renderPing(frame.id));
      case 'other':
        return undefined;
      default:
        return frame satisfies never;
    }
  }

  /** The stream for errors comes first, then the one for the bytes. */
  async #open(stream: number, headers: ReadonlyMap<string, string>): Promise<void> {
    await this.#socket.send(await this.#codec.reply(stream));
    const request = headers.get('requestid') ?? '';
    if (headers.get('streamtype') === 'error') {
      const port = Number(headers.get('port'));
      this.#forwards.set(request, {
        port,
        errorStream: stream,
        dataStream: undefined,
        connection: undefined,
        connecting: Promise.resolve(),
      });
      return;
    }
    const forward = this.#forwards.get(request);
    if (forward === undefined || forward.dataStream !== undefined) return;
    forward.dataStream = stream;
    this.#byStream.set(stream, forward);
    forward.connecting = this.#connect(request, forward, stream);
  }

  async #connect(request: string, forward: Forward, stream: number): Promise<void> {
    const { port } = forward;
    let failure = '';
    try {
      const connection = await this.#dial(port);
      forward.connection = connection;
      connection.on('error', () => {}); // Its end is seen by the reader.
      void this.#read(connection, stream).then(() => this.#end(request, forward, ''));
      return;
    } catch (error) {
      failure = `failed to connect to localhost:${port} inside the pod: ${(error as Error).message}`;
    }
    await this.#end(request, forward, failure);
  }

  async #read(connection: Duplex, stream: number): Promise<void> {
    try {
      for await (const chunk of connection as AsyncIterable<Buffer>) {
        await this.#socket.send(renderData(stream, chunk));
      }
    } catch {
      // Broken off, which is an end too.
    }
  }

  /** Both streams end; what went wrong is told first. */
  async #end(request: string, forward: Forward, failure: string): Promise<void> {
    const { errorStream, dataStream } = forward;
    this.#forwards.delete(request);
    await this.#socket.send(renderData(errorStream, Buffer.from(failure), true));
    if (dataStream === undefined) return;
    this.#byStream.delete(dataStream);
    await this.#socket.send(renderData(dataStream, Buffer.alloc(0), true));
  }

  /** Waits for room in the connection: a client is not to fill the memory. */
  async #pass(stream: number, part: Part): Promise<void> {
    const forward = this.#byStream.get(stream);
    if (forward === undefined) return;
    await forward.connecting;
    await write(forward.connection, part);
  }

  #drop(stream: number): void {
    const forward = this.#byStream.get(stream);
    forward?.connection?.destroy();
  }
}

interface Part {
  readonly data: Buffer;
  readonly final: boolean;
}

async function write(connection: Duplex | undefined, { data, final }: Part): Promise<void> {
  if (connection === undefined || connection.destroyed) return;
  if (data.length > 0 && !connection.write(data)) {
    await new Promise<void>((done) => connection.once('drain', done).once('close', done));
  }
  if (final) connection.end();
}
