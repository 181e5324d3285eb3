import { createSocket, type Socket as PacketSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { decideAnswer } from './answer.ts';
import { forward } from './forward.ts';
import { frame, readFrames } from './frame.ts';
import { codes, parseQuestion, renderAnswer } from './message.ts';
import type { Records } from './records.ts';

export interface DnsOptions {
  readonly address: string;
  readonly port?: number;
  /** As they are at the moment. */
  readonly records: () => Records;
  /** Who is asked for all other names. */
  readonly servers: readonly string[];
}

export interface DnsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** How long a silent connection stays open, in milliseconds, and how many there may be. */
const idleMs = 10_000;
const mostConnections = 200;

/** Answers for the names of the cluster, by packet and by stream, and asks others for the rest. */
export async function startDns(options: DnsOptions): Promise<DnsServer> {
  const streams = await listenStreams(options);
  const { port } = streams.server.address() as { port: number };
  try {
    const packets = await listenPackets({ ...options, port });
    return {
      port,
      async close() {
        packets.close();
        await streams.close();
      },
    };
  } catch (error) {
    await streams.close();
    throw error;
  }
}

async function listenPackets(options: DnsOptions): Promise<PacketSocket> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const reply = (answer: Buffer): void => socket.send(answer, from.port, from.address, () => {});
    void answer(options, { message, way: 'udp' }).then((text) => text && reply(text));
  });
  await new Promise<void>((done, fail) => {
    socket.once('error', fail);
    socket.bind({ address: options.address, port: options.port ?? 53 }, done);
  });
  socket.removeAllListeners('error').on('error', () => {}); // Somebody is gone who asked.
  return socket;
}

async function listenStreams(
  options: DnsOptions,
): Promise<{ readonly server: Server; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on('error', () => {}).once('close', () => open.delete(socket));
    readFrames(socket, (message) => {
      void answer(options, { message, way: 'tcp' }).then((text) => text && socket.write(frame(text)));
    });
  });
  server.maxConnections = mostConnections;
  await new Promise<void>((done, fail) => {
    server.once('error', fail).listen({ host: options.address, port: options.port ?? 53 }, done);
  });
  const close = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done());
      for (const socket of open) socket.destroy();
    });
  return { server, close };
}

interface Asked {
  readonly message: Buffer;
  readonly way: 'udp' | 'tcp';
}

/** Never rejects; `undefined` for what is not to be answered. */
async function answer(
  { records, servers }: DnsOptions,
  { message, way }: Asked,
): Promise<Buffer | undefined> {
  const question = parseQuestion(message);
  if (question === undefined) return undefined;
  const room = way === 'tcp' ? 65_535 : question.room;
  const own = decideAnswer(records(), question);
  if (own !== undefined) return renderAnswer(question, own, room);
  return forward(message, way, servers).catch(() =>
    renderAnswer(question, { code: codes.serverFailure, authoritative: false, answers: [] }, room),
  );
}
