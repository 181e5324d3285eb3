import { type Client, type Clock, type Pod } from '@fairlead/kube';
import { BlockedError } from '../blocked.ts';

/** Tokens of service accounts for pods, each good for one pod and as long as it asked for. */
export interface Tokens {
  of(pod: Pod, wanted: WantedToken): Promise<{ readonly token: string; readonly renewAt: number }>;
  /** The pod is gone. */
  forget(uid: string): void;
}

export interface WantedToken {
  readonly audience?: string;
  readonly expirationSeconds: number;
}

interface Known {
  readonly token: string;
  readonly renewAt: number;
  readonly expiresAt: number;
}

interface TokenReview {
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}

/** As a kubelet: renewed when a fifth of its time is left, and after a day at the latest. */
const renewalShare = 0.8;
const longestMs = 24 * 3600 * 1000;

/** Asks the API, and again when a token grows old; while the API is away an old one that is still good counts. */
export function openTokens({ client, clock }: { readonly client: Client; readonly clock: Clock }): Tokens {
  const known = new Map<string, Map<string, Known>>();
  return {
    async of(pod, wanted) {
      const { uid = '' } = pod.metadata;
      const own = known.get(uid) ?? new Map<string, Known>();
      known.set(uid, own);
      const key = JSON.stringify(wanted);
      const before = own.get(key);
      if (before !== undefined && clock.now() < before.renewAt) return before;
      try {
        const token = await request({ client, pod, wanted, now: clock.now() });
        own.set(key, token);
        return token;
      } catch (error) {
        if (before !== undefined && clock.now() < before.expiresAt) return before;
        const message = `failed to fetch token: ${(error as Error).message}`;
        throw new BlockedError('FailedMount', message);
      }
    },
    forget: (uid) => void known.delete(uid),
  };
}

async function request(order: {
  readonly client: Client;
  readonly pod: Pod;
  readonly wanted: WantedToken;
  readonly now: number;
}): Promise<Known> {
  const { client, pod, wanted, now } = order;
  const { namespace = 'default', name, uid = '' } = pod.metadata;
  const account = pod.spec.serviceAccountName || 'default';
  const spec = {
    ...(wanted.audience !== undefined && { audiences: [wanted.audience] }),
    expirationSeconds: wanted.expirationSeconds,
    boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
  };
  const { status } = await client.json<TokenReview>({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec })),
  });
  const expiresAt = Date.parse(status.expirationTimestamp);
  const life = Math.min(longestMs, (expiresAt - now) * renewalShare);
  return { token: status.token, expiresAt, renewAt: now + life };
}
