import type { WebSocket } from './websocket.ts';

/** The first byte of each message says whose it is (KEP-4006). */
const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

/** In the order of preference. Only the first can say that standard input has ended. */
export const channelProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;

/** What a client says in the course of a session. */
export type ClientWord =
  | { readonly kind: 'stdin'; readonly data: Buffer }
  | { readonly kind: 'stdin-end' }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number };

/** What a client said in one message; `undefined` for what means nothing. */
export function parseClientWord(message: Buffer): ClientWord | undefined {
  const data = message.subarray(1);
  switch (message[0]) {
    case channels.stdin:
      return { kind: 'stdin', data };
    case channels.close:
      return data[0] === channels.stdin ? { kind: 'stdin-end' } : undefined;
    case channels.resize:
      return parseSize(data);
    default:
      return undefined;
  }
}

const largestSide = 65_535;

function parseSize(data: Buffer): ClientWord | undefined {
  try {
    const { Width: columns, Height: rows } = JSON.parse(data.toString('utf8')) as Record<string, unknown>;
    return isSide(columns) && isSide(rows) ? { kind: 'resize', columns, rows } : undefined;
  } catch {
    return undefined;
  }
}

const isSide = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= largestSide;

export const sendOutput = (socket: WebSocket, stream: 'stdout' | 'stderr', data: Uint8Array): Promise<void> =>
  socket.send(Buffer.of(channels[stream]), data);

/** How it ended, as the last message. */
export const sendStatus = (socket: WebSocket, status: object): Promise<void> =>
  socket.send(Buffer.of(channels.status), Buffer.from(JSON.stringify(status)));

export const success = { metadata: {}, status: 'Success' };

/** The command ran, and said by its code that it has failed. */
export const exitStatus = (code: number): object =>
  code === 0
    ? success
    : {
        metadata: {},
        status: 'Failure',
        message: `command terminated with non-zero exit code: exit status ${code}`,
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
      };

/** It could not be run at all. */
export const failureStatus = (message: string): object => ({
  metadata: {},
  status: 'Failure',
  message: `Internal error occurred: ${message}`,
  reason: 'InternalError',
  details: { causes: [{ message }] },
  code: 500,
});
