import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { Side } from './side.ts';

/** What goes over the wire. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back over the wire. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** False: it was cut off by us, because enough was there or because it took too long. */
  readonly ended: boolean;
}

export interface Connection extends Disposable {
  /** Sends a request and reads its answer until it ends, is enough, or takes too long. */
  send(sent: Sent, limits: Limits): Promise<Received>;
}

export interface Limits {
  readonly enough: (text: string) => boolean;
  /** Milliseconds. */
  readonly patience: number;
}

export const openConnection = ({ url, ca }: Pick<Side, 'url' | 'ca'>): Connection => {
  const agent = new Agent({ ca, keepAlive: true });
  const { hostname, port } = new URL(url);
  const open = ({ method, path, headers, body }: Sent): Promise<IncomingMessage> => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request({ agent, hostname, port, method, path, headers }, resolve).on('error', reject).end(body);
    return promise;
  };
  return {
    send: async (sent, limits) => {
      const answer = await open(sent);
      return { status: answer.statusCode ?? 0, headers: answer.headers, ...(await read(answer, limits)) };
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
};

const read = async (
  answer: IncomingMessage,
  { enough, patience }: Limits,
): Promise<{ readonly text: string; readonly ended: boolean }> => {
  const parts: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), patience);
  answer.on('data', (part: Buffer) => {
    parts.push(part);
    if (enough(Buffer.concat(parts).toString())) resolve(false);
  });
  answer.on('end', () => resolve(true)).on('error', () => resolve(false));
  const ended = await promise;
  clearTimeout(timer);
  if (!ended) answer.destroy();
  return { text: Buffer.concat(parts).toString(), ended };
};
