import type { Duplex } from 'node:stream';
import type { Random } from '../clock.ts';
import { createFrameReader, opcodes, renderFrame } from './frames.ts';

/** The first byte of each message says whose it is (KEP-4006). */
const numbers = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

export type Channel = keyof typeof numbers;

const names = new Map<number | undefined, Channel>(
  Object.entries(numbers).map(([name, number]) => [number, name as Channel]),
);

export interface ChannelOptions {
  readonly random: Random;
  /** Takes a message; the next comes when its promise resolves. */
  readonly take: (channel: Channel, data: Buffer) => Promise<void> | void;
  /** Nothing more comes. The error is set when the connection broke. */
  readonly end: (error?: Error) => void;
}

/** Several streams over one WebSocket, from the client's side. */
export interface Channels {
  /** @param sent called when there is room for more */
  send(channel: Channel, data: Uint8Array, sent?: () => void): void;
  close(): void;
}

/** Begins to read from a connection that speaks WebSocket already. */
export function openChannels(connection: Duplex, options: ChannelOptions): Channels {
  const write = (opcode: number, payload: Uint8Array, sent = (): void => {}): void => {
    // A connection that is gone takes everything: its reader tells of the end.
    if (connection.destroyed) sent();
    else connection.write(renderFrame(opcode, payload, options.random), () => sent());
  };
  const pong = (payload: Uint8Array): void => write(opcodes.pong, payload);
  void read(connection, { ...options, pong })
    .then(() => options.end(), options.end)
    .finally(() => connection.destroy());
  return {
    send(channel, data, sent) {
      write(opcodes.binary, Buffer.concat([Buffer.of(numbers[channel]), data]), sent);
    },
    close() {
      write(opcodes.close, Buffer.from([0x03, 0xe8])); // 1000: all is well.
      connection.end();
    },
  };
}

type Reading = Pick<ChannelOptions, 'take'> & { readonly pong: (payload: Uint8Array) => void };

async function read(connection: Duplex, { take, pong }: Reading): Promise<void> {
  const frames = createFrameReader();
  let parts: Buffer[] = [];
  for await (const chunk of connection as AsyncIterable<Buffer>) {
    for (const { opcode, payload, isFinal } of frames(chunk)) {
      if (opcode === opcodes.close) return;
      if (opcode === opcodes.ping) pong(payload);
      if (opcode >= opcodes.close) continue;
      parts.push(payload);
      if (!isFinal) continue;
      const message = Buffer.concat(parts);
      parts = [];
      const channel = names.get(message[0]);
      if (channel !== undefined) await take(channel, message.subarray(1));
    }
  }
}
