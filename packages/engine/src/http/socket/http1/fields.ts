import type { Headers } from '@fairlead/kube';
import { HttpFault } from './fault.ts';

/**
 * The header fields of a request. Clients send the very same ones again and again: all requests of a connection whose
 * fields have the same bytes have the same object, so that what follows from them can be kept by it.
 */
export interface Fields {
  readonly headers: Headers;
  /** How long the body is; undefined when there is none. */
  readonly body: number | 'chunked' | undefined;
  /** What `Connection` says, in lower case. */
  readonly connection: readonly string[];
  /** The client waits for a word before it sends the body. */
  readonly expectsContinue: boolean;
}

/** The lines between the request line and the empty one, each with its line end before it. Throws `HttpFault`. */
export const parseFields = (block: string): Fields => {
  const headers: Record<string, string> = {};
  const lines = block.split('\r\n');
  for (let index = 1; index < lines.length; index++) addField(headers, lines[index] as string);
  return {
    // Many requests share it.
    headers: Object.freeze(headers),
    body: bodyOf(headers),
    connection: (headers.connection ?? '').toLowerCase().split(',').map(trimmed),
    expectsContinue: expectsContinue(headers.expect),
  };
};

/** RFC 9110, 5.6.2. White space before the colon and a folded line fail here, too. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Bytes that no value may have: control characters, among them line ends that stand alone. */
const FOREIGN = /[^\t\x20-\x7e\x80-\xff]/;

const addField = (headers: Record<string, string>, line: string): void => {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0));
  const value = trimmed(line.slice(colon + 1));
  if (!NAME.test(name) || FOREIGN.test(value)) throw new HttpFault(400, 'malformed header field');
  const known = name.toLowerCase();
  const earlier = Object.hasOwn(headers, known) ? headers[known] : undefined;
  headers[known] = earlier === undefined ? value : joined(known, earlier, value);
};

/** Said twice, one of two parties would believe the one, and the next the other. */
const ONLY_ONCE = new Set(['content-length', 'host', 'transfer-encoding']);
/** Lists with no commas in them: the first one counts (as Go's `Header.Get`). */
const FIRST_COUNTS = new Set(['authorization', 'content-type', 'user-agent', 'audit-id']);

/** Names of groups may contain commas, so what asks to be somebody else is separated by line feeds. */
const joined = (name: string, earlier: string, value: string): string => {
  if (ONLY_ONCE.has(name)) throw new HttpFault(400, `more than one ${name}`);
  if (FIRST_COUNTS.has(name)) return earlier;
  return earlier + (name.startsWith('impersonate-') ? '\n' : ', ') + value;
};

const LENGTH = /^\d{1,15}$/;

const bodyOf = (headers: Headers): Fields['body'] => {
  const length = headers['content-length'];
  const coding = headers['transfer-encoding'];
  if (coding !== undefined) {
    if (length !== undefined) throw new HttpFault(400, 'a length and a transfer coding');
    if (coding.toLowerCase() !== 'chunked') throw new HttpFault(501, 'Unsupported transfer encoding');
    return 'chunked';
  }
  if (length === undefined) return undefined;
  if (!LENGTH.test(length)) throw new HttpFault(400, 'malformed content-length');
  return Number(length);
};

const expectsContinue = (expect: string | undefined): boolean => {
  if (expect === undefined || expect === '') return false;
  if (expect.toLowerCase() !== '100-continue') throw new HttpFault(417);
  return true;
};

const SPACE = 0x20;
const TAB = 0x09;

/** Without spaces and tabs around it, and no other white space: a no-break space belongs to the value. */
const trimmed = (text: string): string => {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
};

const isBlank = (code: number): boolean => code === SPACE || code === TAB;
