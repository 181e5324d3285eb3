import { duplexPair, PassThrough, type Readable, Writable } from 'node:stream';
import type { CallOptions, Client } from '../client/contract.ts';
import { objectPath } from '../client/path.ts';
import { type Random, systemRandom } from '../clock.ts';
import { ApiError } from '../error.ts';
import { pods } from '../kinds/index.ts';
import type { ObjectName } from '../name.ts';
import type { Status } from '../object.ts';
import type { ResponseBody } from '../transport.ts';
import { type Channels, openChannels } from './channels.ts';

export interface ExecOptions extends CallOptions {
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[];
  /** The only one, unless told. */
  readonly container?: string;
  /** Whether it is given anything to read. */
  readonly stdin?: boolean;
  /** As in a terminal: its errors come among its output, and it knows the size. */
  readonly tty?: boolean;
  readonly random?: Random;
}

/** A program that runs in a container. */
export interface ExecSession {
  /** Ending it ends the program's standard input, where the server speaks `v5.channel.k8s.io`. */
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  resize(size: { readonly columns: number; readonly rows: number }): void;
  /** Its exit code. Rejects with `ApiError` when it could not be run, and when the connection breaks. */
  readonly ended: Promise<number>;
  /** Leaves it; the container's side ends it. */
  close(): void;
}

/**
 * Runs a program in a container of a pod, over a WebSocket (KEP-4006). Resolves when it is connected. Its output must
 * be read, or it waits. Rejects with `ApiError` when the server refuses.
 */
export async function execInPod(client: Client, pod: ObjectName, options: ExecOptions): Promise<ExecSession> {
  const { random = systemRandom, signal } = options;
  const { status, body } = await client.request({
    path: objectPath(pods, pod, 'exec'),
    query: execQuery(options),
    headers: upgradeHeaders(random),
    signal,
  });
  if (body.kind !== 'upgrade') throw new TypeError(`exec was answered with HTTP ${status}`);
  const session = startSession(body, random);
  signal?.addEventListener('abort', session.close, { once: true });
  return session;
}

const execQuery = ({ command, container, stdin = false, tty = false }: ExecOptions) => ({
  command,
  container,
  stdin: stdin || undefined,
  stdout: true,
  stderr: !tty || undefined,
  tty: tty || undefined,
});

const upgradeHeaders = (random: Random) => ({
  accept: '*/*',
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': Buffer.from(Array.from({ length: 16 }, () => Math.floor(random() * 256))).toString(
    'base64',
  ),
  'sec-websocket-protocol': 'v5.channel.k8s.io, v4.channel.k8s.io',
});

function startSession(body: Extract<ResponseBody, { kind: 'upgrade' }>, random: Random): ExecSession {
  const [ours, theirs] = duplexPair();
  const outputs = { stdout: new PassThrough(), stderr: new PassThrough() };
  const { promise: ended, resolve, reject } = Promise.withResolvers<number>();
  ended.catch(() => {}); // Who only wants the output need not handle the end.
  const channels = openChannels(ours, {
    random,
    take: async (channel, data) => {
      if (channel === 'stdout' || channel === 'stderr') await pour(outputs[channel], data);
      if (channel === 'status') resolve(parseEnd(data));
    },
    end: (error) => {
      for (const output of Object.values(outputs)) output.end();
      reject(error ?? new Error('the connection ended before the program did'));
    },
  });
  body.open(theirs);
  const size = (columns: number, rows: number) =>
    Buffer.from(JSON.stringify({ Width: columns, Height: rows }));
  return {
    ...outputs,
    stdin: inputTo(channels),
    resize: ({ columns, rows }) => channels.send('resize', size(columns, rows)),
    ended,
    close: () => channels.close(),
  };
}

/** Resolves when there is room for more. */
async function pour(output: PassThrough, data: Buffer): Promise<void> {
  if (data.length === 0 || output.write(data)) return;
  await new Promise<void>((resolve) => output.once('drain', resolve).once('close', resolve));
}

const inputTo = (channels: Channels): Writable =>
  new Writable({
    write(chunk: Buffer, _encoding, callback) {
      channels.send('stdin', chunk, callback);
    },
    final(callback) {
      // Which channel is closed; a server of the fourth version does not know this, and takes it for nothing.
      channels.send('close', Buffer.of(0), callback);
    },
  });

/** The exit code; a promise that rejects when there is none. */
function parseEnd(data: Buffer): number | Promise<number> {
  const status = JSON.parse(data.toString()) as Status;
  if (status.status === 'Success') return 0;
  const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  return status.reason === 'NonZeroExitCode' && code !== undefined
    ? Number(code)
    : Promise.reject(new ApiError(status));
}
