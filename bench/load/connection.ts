import { connect, type TLSSocket } from 'node:tls';

/** Whom to load, and as whom. */
export interface Target {
  readonly url: string;
  /** PEM of who signed the server's certificate. */
  readonly ca: string;
  readonly token: string;
}

export interface Answer {
  readonly status: number;
  /** Of the body as it came, in bytes. */
  readonly size: number;
}

/** One keep-alive connection over TLS (HTTP/1.1), as lean as a client can be: it shares the cores with whom it measures. */
export interface Connection {
  /** One at a time; resolves when all of the answer is there. */
  ask(request: Buffer): Promise<Answer>;
  close(): void;
}

export const openConnection = async ({ url, ca }: Target): Promise<Connection> => {
  const { hostname, port } = new URL(url);
  const socket = await secured(
    connect({ host: hostname, port: Number(port), ca, ALPNProtocols: ['http/1.1'] }),
  );
  let waiting: PromiseWithResolvers<Answer> | undefined;
  let reader = createReader();
  socket.on('data', (chunk: Buffer) => {
    const answer = reader(chunk);
    if (answer === undefined) return;
    reader = createReader();
    const asked = waiting;
    waiting = undefined;
    asked?.resolve(answer);
  });
  socket.on('error', (error) => waiting?.reject(error));
  socket.on('close', () => waiting?.reject(new Error('the server closed the connection')));
  return {
    ask(request) {
      waiting = Promise.withResolvers();
      socket.write(request);
      return waiting.promise;
    },
    close: () => socket.destroy(),
  };
};

const secured = (socket: TLSSocket): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    socket.setNoDelay(true);
    socket.once('secureConnect', () => resolve(socket)).once('error', reject);
  });

/** Takes chunks; returns the answer with its last one. */
const createReader = (): ((chunk: Buffer) => Answer | undefined) => {
  let head = NOTHING;
  let status = 0;
  let size = 0;
  let isWhole: ((chunk: Buffer) => boolean) | undefined;
  return (chunk) => {
    let body = chunk;
    if (isWhole === undefined) {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      const end = head.indexOf(headEnd);
      if (end < 0) return undefined;
      body = head.subarray(end + headEnd.length);
      const text = head.toString('latin1', 0, end);
      status = Number(text.slice(9, 12));
      isWhole = bodyOf(text);
    }
    size += body.length;
    return isWhole(body) ? { status, size } : undefined;
  };
};

const NOTHING: Buffer = Buffer.alloc(0);
const headEnd = Buffer.from('\r\n\r\n');

const bodyOf = (head: string): ((chunk: Buffer) => boolean) => {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) return endOfChunks();
  let left = Number(length);
  return (chunk) => (left -= chunk.length) <= 0;
};

/** Nothing else ends so: in JSON a carriage return is always escaped. */
const lastChunk = Buffer.from('\r\n0\r\n\r\n');

const endOfChunks = (): ((chunk: Buffer) => boolean) => {
  let tail = NOTHING;
  return (chunk) => {
    const end = chunk.subarray(-lastChunk.length);
    tail = end.length < lastChunk.length ? Buffer.concat([tail, end]).subarray(-lastChunk.length) : end;
    return tail.equals(lastChunk);
  };
};
