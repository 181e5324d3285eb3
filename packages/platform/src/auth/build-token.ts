import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@fairlead/kube';

/** What a build step may do: read and write one repository of the registry, until a time. */
export interface BuildGrant {
  readonly namespace: string;
  readonly app: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

export interface BuildTokens {
  issue(grant: BuildGrant): string;
  /** The grant of a token that is ours and has not expired. */
  read(token: string): BuildGrant | undefined;
}

const prefix = 'fairlead-build.';

/** Tokens for build steps, signed with a key that only this platform has (HMAC with SHA-256). */
export const createBuildTokens = (key: Uint8Array, clock: Clock): BuildTokens => {
  const sign = (payload: string): Buffer => createHmac('sha256', key).update(payload).digest();
  return {
    issue: (grant) => {
      const payload = Buffer.from(JSON.stringify(grant)).toString('base64url');
      return `${prefix}${payload}.${sign(payload).toString('base64url')}`;
    },
    read: (token) => {
      if (!token.startsWith(prefix)) return undefined;
      const [payload = '', signature = ''] = token.slice(prefix.length).split('.', 2);
      const given = Buffer.from(signature, 'base64url');
      const expected = sign(payload);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      const grant = JSON.parse(Buffer.from(payload, 'base64url').toString()) as BuildGrant;
      return grant.expires > clock.now() ? grant : undefined;
    },
  };
};
