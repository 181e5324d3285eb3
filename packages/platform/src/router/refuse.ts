import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export type Refusal = 'no-route' | 'no-upstream' | 'no-answer' | 'bad-request';

const refusals = {
  'bad-request': { status: 400, reason: 'Bad Request', text: 'the request has no usable host name' },
  'no-route': { status: 404, reason: 'Not Found', text: 'E_ROUTE_NOT_FOUND no app answers at this host' },
  'no-upstream': { status: 503, reason: 'Service Unavailable', text: 'the app has no copy that is ready' },
  'no-answer': { status: 502, reason: 'Bad Gateway', text: 'the app did not answer' },
} as const satisfies Record<Refusal, { status: number; reason: string; text: string }>;

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
  outgoing.writeHead(status, { ...headers, ...(status === 503 ? { 'retry-after': '1' } : {}) });
  outgoing.end(`${text}\n`);
};

/** The same where there is only a socket left. */
export const refuseSocket = (socket: Duplex, refusal: Refusal): void => {
  const { status, reason, text } = refusals[refusal];
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${text}\n`,
  );
};
