import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What a visitor sends byte by byte, and what comes back until the connection ends, `until` is there, or nothing moves. */
export const sendRaw = (
  port: number,
  bytes: string,
  { until, quiet = 2000 }: { readonly until?: RegExp; readonly quiet?: number } = {},
): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const finish = (): void => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(quiet, finish);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (until?.test(text)) finish();
    });
    socket.on('error', finish).on('close', finish);
    socket.write(Buffer.from(bytes, 'latin1'));
  });

export const statusesOf = (answer: string): number[] =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]));

/** An upstream that shows what really arrives, and answers anything with the bytes it was given. */
export interface RawUpstream {
  readonly port: number;
  answer: string;
  /** What arrived since the last look. */
  take(): string;
  close(): Promise<void>;
}

export const okAnswer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';

export const openRawUpstream = async (): Promise<RawUpstream> => {
  let seen = '';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      seen += chunk.toString('latin1');
      // Once a head is there, and what came with it; what comes later belongs to a body.
      if (seen.includes('\r\n\r\n')) setImmediate(() => socket.end(Buffer.from(upstream.answer, 'latin1')));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream: RawUpstream = {
    port: (server.address() as AddressInfo).port,
    answer: okAnswer,
    take: () => {
      const taken = seen;
      seen = '';
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return upstream;
};
