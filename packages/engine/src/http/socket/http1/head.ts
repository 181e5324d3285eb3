import { HttpFault } from './fault.ts';
import { type Fields, parseFields } from './fields.ts';

/** What stands before the body of a request. */
export interface RequestHead {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly target: string;
  readonly fields: Fields;
  /** HTTP/1.0: no chunks, and the connection ends with the answer unless the client asks otherwise. */
  readonly old: boolean;
}

/** A head that the same client sent before, to take from it what is the same. */
export interface KnownHead {
  readonly block: string;
  readonly fields: Fields;
}

const LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e\x80-\xff]+) HTTP\/(\d\.\d)$/;

/** Reads a head without the empty line at its end, a character for each byte (RFC 9112, 2 to 6). Throws `HttpFault`. */
export const parseHead = (
  text: string,
  known?: KnownHead,
): { readonly head: RequestHead; readonly known: KnownHead } => {
  const end = text.indexOf('\r\n');
  const line = end < 0 ? text : text.slice(0, end);
  const block = end < 0 ? '' : text.slice(end);
  const found = LINE.exec(line);
  if (found === null) throw new HttpFault(400);
  const [, method, target, version] = found as unknown as [string, string, string, string];
  if (version[0] !== '1') throw new HttpFault(505, 'unsupported protocol version');
  const old = version === '1.0';
  const now = known?.block === block ? known : { block, fields: parseFields(block) };
  const { fields } = now;
  if (!old && fields.headers.host === undefined) throw new HttpFault(400, 'missing required Host header');
  if (old && fields.body === 'chunked') throw new HttpFault(400, 'chunks in HTTP/1.0');
  return { head: { method, target: originForm(method, target), fields, old }, known: now };
};

/** With the host in it, as to a proxy, a target says the same; a server has to take that (RFC 9112, 3.2.2). */
const originForm = (method: string, target: string): string => {
  if (target.startsWith('/') || (target === '*' && method === 'OPTIONS')) return target;
  const absolute = /^https?:\/\/[^/?#]+([/?].*)?$/i.exec(target);
  if (absolute === null || method === 'CONNECT') throw new HttpFault(400);
  const [, path = '/'] = absolute;
  return path.startsWith('/') ? path : `/${path}`;
};

/** Whether the client goes on to use the connection. */
export const keepsAlive = ({ old, fields }: RequestHead): boolean =>
  old ? fields.connection.includes('keep-alive') : !fields.connection.includes('close');
