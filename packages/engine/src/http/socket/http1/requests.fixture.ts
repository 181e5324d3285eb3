import fc from 'fast-check';
import { HttpFault } from './fault.ts';
import { keepsAlive, type RequestHead } from './head.ts';
import { RequestParser } from './request-parser.ts';

/** One request as a parser told of it. */
export interface Told {
  readonly method: string;
  readonly target: string;
  readonly body: string;
  /** Its end was told. */
  whole: boolean;
}

/** All that a parser finds in pieces of one connection's bytes, as long as the connection is kept, and the code of the fault that ended it. */
export const readAll = (
  pieces: readonly Buffer[],
): { readonly requests: readonly Told[]; readonly fault: number } => {
  const requests: (Told & { body: string })[] = [];
  const heads: RequestHead[] = [];
  const parser: RequestParser = new RequestParser({
    onHead: (head) => {
      heads.push(head);
      requests.push({ method: head.method, target: head.target, body: '', whole: false });
    },
    onPart: (part) => {
      const told = requests.at(-1);
      if (told !== undefined) told.body += part.toString('latin1');
    },
    onWhole: () => {
      const told = requests.at(-1);
      if (told !== undefined) told.whole = true;
    },
  });
  try {
    for (const piece of pieces) {
      parser.push(piece);
      while (parser.whole && heads.every(keepsAlive)) parser.next();
    }
  } catch (error) {
    if (!(error instanceof HttpFault)) throw error;
    return { requests, fault: error.code };
  }
  return { requests, fault: 0 };
};

const field = fc.constantFrom(
  'Host: a',
  'Host: b',
  'Accept: */*',
  'X-A:1',
  'X-A: \t1 \t',
  'X A: 1',
  'X-A : 1',
  ' folded',
  ': none',
  'none',
  'X-A: \x00',
  'X-A: \x7f',
  'X-A: \xe9',
  'X-A: a\rb',
  'X-A: a\nb',
  'Content-Length: 0',
  'Content-Length: 3',
  'Content-Length: +3',
  'Content-Length: 3, 3',
  'Content-Length: 0x3',
  'Content-Length:',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: Chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding:\x0bchunked',
  'Transfer-Encoding : chunked',
);
const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET / HTTP/1.1', 'POST /a?b HTTP/1.1', 'PUT /c HTTP/1.0') },
  fc.constantFrom(
    'GET  / HTTP/1.1',
    'GET / HTTP/2.0',
    'GET /\x01 HTTP/1.1',
    'GET /a b HTTP/1.1',
    'GET / http/1.1',
    ' GET / HTTP/1.1',
    'GET http://a/b HTTP/1.1',
  ),
);
const body = fc.constantFrom(
  '',
  'abc',
  'abcd',
  '3\r\nabc\r\n0\r\n\r\n',
  '3;x=y\r\nabc\r\n0\r\n\r\n',
  '3 ;x\r\nabc\r\n0\r\n\r\n',
  '03\r\nabc\r\n00\r\n\r\n',
  '3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n',
  '3\r\nabc\r\n0\r\nX T: 1\r\n\r\n',
  '3\nabc\n0\n\n',
  '3\r\nabcd\r\n0\r\n\r\n',
  '-3\r\nabc\r\n0\r\n\r\n',
  '0x3\r\nabc\r\n0\r\n\r\n',
  '\r\n3\r\nabc\r\n0\r\n\r\n',
  '3\r\nabc0\r\n\r\n',
  'fffffffffffffffff\r\n',
);
const end = fc.oneof({ weight: 8, arbitrary: fc.constant('\r\n') }, fc.constantFrom('\n', '\r', '\r\r\n'));

const request = fc
  .record({ line, fields: fc.array(field, { maxLength: 4 }), body, end, host: fc.boolean() })
  .map(({ line, fields, body, end, host }) =>
    [line, ...(host ? ['Host: a'] : []), ...fields, '', body].join(end),
  );

/** The bytes of some requests, good ones and what people have tried to be read in two ways. */
export const someRequests: fc.Arbitrary<Buffer> = fc
  .array(fc.oneof({ weight: 8, arbitrary: request }, fc.constantFrom('\r\n', '\n', 'GET ', 'x')), {
    minLength: 1,
    maxLength: 3,
  })
  .map((requests) => Buffer.from(requests.join(''), 'latin1'));
