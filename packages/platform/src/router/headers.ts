import type { IncomingMessage } from 'node:http';

// Belong to one connection and are not passed on (RFC 9110, section 7.6.1).
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Said by the router alone: what a client claims about itself is not passed on. An app that sees its headers as
 * variables (CGI, WSGI) takes `_` for `-`. `Proxy` becomes HTTP_PROXY there, through which such an app would send.
 */
const ours = /^(?:x[-_]forwarded[-_].*|x[-_]real[-_]ip|x[-_]request[-_]id|forwarded|proxy)$/;

// For the app, whatever Connection says of them (RFC 9110, section 7.6.1): a body without its length is the next request.
const forTheApp = new Set(['host', 'content-length', 'content-type', 'authorization', 'cookie']);

const namedByConnection = (value: string | undefined): ReadonlySet<string> =>
  new Set(
    (value ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== '' && !forTheApp.has(name)),
  );

/** Pairs of names and values as they came, without those of the connection. */
const endToEnd = (message: IncomingMessage, dropped: RegExp | undefined): string[] => {
  const named = namedByConnection(message.headers.connection);
  const { rawHeaders } = message;
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const key = name.toLowerCase();
    if (!hopByHop.has(key) && !named.has(key) && dropped?.test(key) !== true)
      kept.push(name, rawHeaders[index + 1] ?? '');
  }
  return kept;
};

/** What the upstream gets to see. */
export const requestHeaders = (incoming: IncomingMessage, requestId: string): string[] => [
  ...endToEnd(incoming, ours),
  ...(incoming.headers['transfer-encoding'] === undefined ? [] : ['Transfer-Encoding', 'chunked']),
  'X-Forwarded-For',
  incoming.socket.remoteAddress ?? '',
  'X-Forwarded-Host',
  incoming.headers.host ?? '',
  'X-Forwarded-Proto',
  'http',
  'X-Request-Id',
  requestId,
];

/** The same for a request that changes its protocol: Connection and Upgrade are what it is about. */
export const upgradeHeaders = (incoming: IncomingMessage, requestId: string): string[] => [
  ...requestHeaders(incoming, requestId),
  'Connection',
  'Upgrade',
  'Upgrade',
  incoming.headers.upgrade ?? '',
];

/** What the client gets to see of an upstream's answer. One without content has no length (RFC 9110, section 8.6). */
export const responseHeaders = (upstream: IncomingMessage): string[] =>
  endToEnd(upstream, upstream.statusCode === 204 ? /^content-length$/ : undefined);
