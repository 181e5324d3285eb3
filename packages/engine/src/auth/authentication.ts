import { createHash } from 'node:crypto';
import type { Clock } from '@fairlead/kube';
import { signJwt, verifyJwt } from './jwt.ts';
import { type Claims, type FindMetadata, ISSUER, userOfClaims, whyInvalid } from './service-account.ts';
import type { SigningKey } from './signing-key.ts';
import type { FindUser } from './tokens.ts';
import type { User } from './user.ts';

/** Whose a token is, and for which of the audiences that were asked for; or why it is nobody's. */
export type TokenFound =
  | { readonly user: User; readonly audiences: readonly string[] }
  | { readonly error: string };

/** `anonymous`: nobody has shown anything. `rejected`: somebody has, and it is not good. */
export type Authenticated = User | 'anonymous' | 'rejected';

/**
 * A token that has been read. It may be kept and asked at each request: whether it still holds is looked at each time, so
 * that the deletion of what it is bound to counts at once.
 */
export type Credential = () => Authenticated;

/** Finds out who comes, and makes the tokens of service accounts. */
export interface Authentication {
  /** What the `Authorization` header of a request shows. */
  credentialOf(authorization: string | undefined): Credential;
  /** Whom a token speaks for towards these audiences; without any towards this server. */
  ofToken(token: string, audiences: readonly string[]): TokenFound;
  issue(claims: Claims): string;
  /** The public keys by which others verify what was issued, as JSON Web Keys (RFC 7517). */
  keys(): readonly object[];
}

interface Parts {
  readonly key: SigningKey;
  /** The static tokens. */
  readonly findUser: FindUser;
  readonly findMetadata: FindMetadata;
  readonly clock: Clock;
}

export const createAuthentication = ({ key, findUser, findMetadata, clock }: Parts): Authentication => {
  const read = createReader(key);
  const judge = ({ claims, user }: Read, audiences: readonly string[]): TokenFound => {
    const wanted = audiences.length === 0 ? [ISSUER] : audiences;
    const shared = claims.aud.filter((audience) => wanted.includes(audience));
    if (shared.length === 0) return { error: foreignAudience(claims.aud, wanted) };
    const error = whyInvalid(claims, findMetadata, clock.now());
    return error === undefined ? { user, audiences: shared } : { error: `[invalid bearer token, ${error}]` };
  };
  return {
    ofToken(token, audiences) {
      const known = findUser(token);
      if (known !== undefined) return { user: known, audiences: [] };
      const found = read(token);
      return found === undefined ? { error: 'invalid bearer token' } : judge(found, audiences);
    },
    credentialOf(authorization) {
      const token = authorization === undefined ? '' : (BEARER.exec(authorization)?.[1] ?? '');
      if (token === '') return () => 'anonymous';
      const known = findUser(token) ?? read(token);
      if (known === undefined) return () => 'rejected';
      if (!('claims' in known)) return () => known;
      return () => {
        const found = judge(known, []);
        return 'error' in found ? 'rejected' : found.user;
      };
    },
    issue: (claims) => signJwt(key, claims),
    keys: () => [{ use: 'sig', kid: key.id, alg: 'ES256', ...key.publicKey.export({ format: 'jwk' }) }],
  };
};

/** RFC 6750. Whoever comes with another scheme has shown nothing that we know. */
const BEARER = /^\s*bearer ([^ ]*)/i;

const foreignAudience = (given: readonly string[], wanted: readonly string[]): string => {
  const list = (words: readonly string[]): string =>
    `[${words.map((word) => JSON.stringify(word)).join(' ')}]`;
  return `[invalid bearer token, token audiences ${list(given)} is invalid for the target audiences ${list(wanted)}]`;
};

interface Read {
  readonly claims: Claims;
  /** One and the same for all requests with this token. */
  readonly user: User;
}

const KNOWN_LIMIT = 4096;

/** A signature costs as much as ten requests, so a token's is looked at once; what it is bound to each time. */
const createReader = (key: SigningKey): ((token: string) => Read | undefined) => {
  const known = new Map<string, Read>();
  return (token) => {
    if (token.split('.', 4).length !== 3) return undefined;
    const digest = createHash('sha256').update(token).digest('base64');
    const found = known.get(digest);
    if (found !== undefined) return found;
    const claims = verifyJwt(key, token) as Claims | undefined;
    if (claims === undefined || claims.iss !== ISSUER) return undefined;
    const read = { claims, user: userOfClaims(claims) };
    if (known.size >= KNOWN_LIMIT) known.delete(known.keys().next().value ?? '');
    known.set(digest, read);
    return read;
  };
};
