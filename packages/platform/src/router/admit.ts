import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refuse.ts';

/**
 * What is wrong with a request, whoever it is for. An app may read it by other rules than Node does; so what two readers
 * could understand in two ways, and what would be lost on the way, is refused here (RFC 9112, sections 3.2, 6.1, 11.2).
 */
export const whyRefused = (incoming: IncomingMessage): Refusal | undefined => {
  const { httpVersion, headers, url = '' } = incoming;
  // Node reads whatever calls itself HTTP/2.0 as if it were HTTP/1.1.
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'bad-version';
  if (!url.startsWith('/') || url.includes('#') || hostLines(incoming) !== 1) return 'bad-request';
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  if (httpVersion === '1.0') return 'bad-request';
  // Another coding would be taken off by nobody: what names it belongs to this connection.
  return coding.toLowerCase() === 'chunked' ? undefined : 'bad-coding';
};

/** Node keeps the first of two; an app may keep the last. */
const hostLines = ({ rawHeaders }: IncomingMessage): number => {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.toLowerCase() === 'host') count += 1;
  return count;
};

/**
 * Whether a request to change the protocol is passed on; otherwise it is answered as if it had not asked, which is every
 * server's right (RFC 9110, section 7.8). Behind an upgrade to another HTTP, requests would come that nobody matched.
 */
export const mayUpgrade = (incoming: IncomingMessage): boolean => {
  const { method, headers } = incoming;
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  return method === 'GET' && !hasBody && isProtocol(headers.upgrade) && whyRefused(incoming) === undefined;
};

const isProtocol = (asked = ''): boolean =>
  /^[-\w.+!#$%&'*^`|~]+(?:\/[\w.]+)?$/.test(asked) && !/^(?:h2|h2c|http|tls)(?:\/|$)/i.test(asked);
