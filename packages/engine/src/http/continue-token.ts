import { badRequest } from './errors.ts';
import { type JsonSyntaxError, parseExactJson } from './json-exact.ts';
import { isObject } from '../schema/json.ts';

/** Where a list goes on: after which key of its collection, in the state of which revision. */
export interface ContinueToken {
  /** Negative: in whatever state is newest (the token that comes with a 410). */
  readonly revision: number;
  /** Relative to the collection: `default/web` over all namespaces, `web` in one. */
  readonly after: string;
}

const VERSION = 'meta.k8s.io/v1';
/** A list goes on with the first key that could come after the last one. */
const NEXT = '\0';

/** The form is Kubernetes' own, so that tools that look inside find what they expect. */
export const renderContinue = ({ revision, after }: ContinueToken): string =>
  Buffer.from(JSON.stringify({ v: VERSION, rv: revision, start: after + NEXT })).toString('base64url');

/** Throws 400 for what this server has not made. */
export const parseContinue = (text: string): ContinueToken => {
  const { v, rv, start } = readToken(text);
  if (v !== VERSION) {
    throw invalidToken(`: server does not recognize this encoded version ${typeof v === 'string' ? v : ''}`);
  }
  if (!Number.isSafeInteger(rv) || rv === 0) {
    throw invalidToken(`: incorrect encoded start resourceVersion (version ${VERSION})`);
  }
  if (typeof start !== 'string' || start === '') {
    throw invalidToken(`: encoded start key empty (version ${VERSION})`);
  }
  if (!isClean(start)) throw invalidToken(`: ${start}`);
  return { revision: Number(rv), after: start.endsWith(NEXT) ? start.slice(0, -1) : start };
};

/** No way up, and no detour: the key stays below the collection that the list is of. */
const isClean = (key: string): boolean => {
  const parts = key.replace(/^\//, '').split('/');
  return parts.every((part) => part !== '' && part !== '.' && part !== '..');
};

const readToken = (text: string): Record<string, unknown> => {
  const fault = /[^A-Za-z0-9_\-\r\n]/.exec(text)?.index ?? (text.length % 4 === 1 ? text.length - 1 : -1);
  if (fault >= 0) throw invalidToken(`: illegal base64 data at input byte ${fault}`);
  const bytes = Buffer.from(text, 'base64url');
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return isObject(value) ? value : {};
  } catch {
    throw invalidToken(`: ${syntaxFault(bytes.toString('latin1'))}`);
  }
};

/** In the words of Go's decoder, which looks at bytes. */
const syntaxFault = (text: string): string => {
  try {
    parseExactJson(text);
    return 'invalid character';
  } catch (error) {
    return (error as JsonSyntaxError).message;
  }
};

const invalidToken = (why: string) => badRequest(`invalid continue token: continue key is not valid${why}`);
