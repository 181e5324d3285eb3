import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { endHeard } from './heard-out.ts';

export type Refusal = keyof typeof refusals;

/** Each text begins with its code in the register; a router in the way of every request renders nothing. */
const refusals = {
  'bad-request': {
    status: 400,
    reason: 'Bad Request',
    text: 'E_ROUTE_REQUEST the request is not one of HTTP/1.1 with one host',
  },
  'bad-coding': {
    status: 501,
    reason: 'Not Implemented',
    text: 'E_ROUTE_REQUEST chunked is the one transfer coding here',
  },
  'bad-version': {
    status: 505,
    reason: 'HTTP Version Not Supported',
    text: 'E_ROUTE_REQUEST HTTP/1.1 is spoken here',
  },
  'no-route': { status: 404, reason: 'Not Found', text: 'E_ROUTE_NOT_FOUND no app answers at this host' },
  'no-upstream': {
    status: 503,
    reason: 'Service Unavailable',
    text: 'E_ROUTE_NO_COPY the app has no copy that is ready',
  },
  'no-answer': { status: 502, reason: 'Bad Gateway', text: 'E_ROUTE_NO_ANSWER the app did not answer' },
} as const satisfies Record<string, { status: number; reason: string; text: string }>;

/** Answers in place of an app, and says so. */
export const refuse = (outgoing: ServerResponse, refusal: Refusal): void => {
  if (outgoing.headersSent || outgoing.destroyed) {
    outgoing.destroy();
    return;
  }
  const { status, text } = refusals[refusal];
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text) + 1,
  };
  // What comes after such a request cannot be told from its body.
  const last = refusal.startsWith('bad-') ? { connection: 'close' } : {};
  outgoing.writeHead(status, { ...headers, ...last, ...(status === 503 ? { 'retry-after': '1' } : {}) });
  endHeard(outgoing, `${text}\n`);
};

/** The same where there is only a socket left. */
export const refuseSocket = (socket: Duplex, refusal: Refusal): void => {
  const { status, reason, text } = refusals[refusal];
  // Nobody else listens on a socket that left HTTP: a visitor who is gone would end the router.
  socket.on('error', () => {}).once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${text}\n`,
  );
};
