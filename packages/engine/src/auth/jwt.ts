import { sign, verify } from 'node:crypto';
import { isObject, type JsonObject } from '../schema/json.ts';
import type { SigningKey } from './signing-key.ts';

/** ES256 wants the two numbers of a signature bare, not in DER (RFC 7518, 3.4). */
const ENCODING = { dsaEncoding: 'ieee-p1363' } as const;

/** Signs claims as a JSON Web Token in its compact form (RFC 7519, RFC 7515). */
export const signJwt = ({ id, privateKey }: SigningKey, claims: object): string => {
  const content = `${encode({ alg: 'ES256', kid: id })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(content), { key: privateKey, ...ENCODING });
  return `${content}.${signature.toString('base64url')}`;
};

/** The claims of a token that this key signed; undefined for anything else. */
export const verifyJwt = ({ id, publicKey }: SigningKey, token: string): JsonObject | undefined => {
  const parts = token.split('.');
  const [head = '', body = '', signature = ''] = parts;
  const header = decode(head);
  // The algorithm is ours to say: a token that names another one was not signed here.
  if (parts.length !== 3 || header?.alg !== 'ES256' || header.kid !== id) return undefined;
  const content = Buffer.from(`${head}.${body}`);
  const given = Buffer.from(signature, 'base64url');
  return verify('sha256', content, { key: publicKey, ...ENCODING }, given) ? decode(body) : undefined;
};

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const decode = (part: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
