import type { ObjectMeta } from '@fairlead/kube';
import { AUTHENTICATED, type User } from './user.ts';

/** Who signs, and whom a token is for that names nobody: a cluster's own name, the same everywhere. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** An object that a token stands and falls with. */
export interface Bound {
  readonly name: string;
  /** Absent for the node of a pod when nobody knows that node. */
  readonly uid?: string;
}

/** What a service account's token says (RFC 7519 and Kubernetes, "Managing Service Accounts"). Times in seconds. */
export interface Claims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly node?: Bound;
    readonly pod?: Bound;
    readonly secret?: Bound;
    readonly serviceaccount: Bound;
  };
  readonly nbf: number;
  readonly sub: string;
}

/** Finds the metadata of what is there now, by the plural of a core kind. */
export type FindMetadata = (resource: string, namespace: string, name: string) => ObjectMeta | undefined;

/** Clocks may differ by so much (seconds); what was deleted longer ago than that is gone. */
const LEEWAY = 60;

/** Why a token that we signed is no longer good; undefined while it is. `now` in milliseconds since the epoch. */
export const whyInvalid = (claims: Claims, find: FindMetadata, now: number): string | undefined => {
  const seconds = now / 1000;
  if (seconds > claims.exp + LEEWAY) return 'service account token has expired';
  if (seconds < claims.nbf - LEEWAY) return 'service account token is not valid yet';
  const { namespace, serviceaccount, pod, secret, node } = claims['kubernetes.io'];
  const since = now - LEEWAY * 1000;
  const account = find('serviceaccounts', namespace, serviceaccount.name);
  if (account === undefined) return `serviceaccount ${JSON.stringify(serviceaccount.name)} not found`;
  if (account.uid !== serviceaccount.uid)
    return `service account UID (${account.uid}) does not match claim (${serviceaccount.uid})`;
  if (isGone(account, since)) return `service account ${namespace}/${serviceaccount.name} has been deleted`;
  const bound = (word: string, given: Bound | undefined): string | undefined =>
    given &&
    whyUnbound(find(`${word}s`, word === 'node' ? '' : namespace, given.name), given, { word, since });
  // The node of a pod is a remark only: the pod itself goes with it.
  return (
    bound('secret', secret) ?? bound('pod', pod) ?? (pod === undefined ? bound('node', node) : undefined)
  );
};

const whyUnbound = (
  live: ObjectMeta | undefined,
  { uid }: Bound,
  { word, since }: { readonly word: string; readonly since: number },
): string | undefined => {
  if (live === undefined || isGone(live, since)) return 'service account token has been invalidated';
  if (live.uid === uid) return undefined;
  return `${word} UID (${live.uid}) does not match service account ${word} ref claim (${uid})`;
};

const isGone = ({ deletionTimestamp }: ObjectMeta, since: number): boolean =>
  deletionTimestamp !== undefined && Date.parse(deletionTimestamp) < since;

/** The user name of a service account. */
export const serviceAccountName = (namespace: string, name: string): string =>
  `system:serviceaccount:${namespace}:${name}`;

/** The groups that every service account of a namespace is in. */
export const serviceAccountGroups = (namespace: string): readonly string[] => [
  'system:serviceaccounts',
  `system:serviceaccounts:${namespace}`,
];

const EXTRA = 'authentication.kubernetes.io';

/** Whom the claims speak for. */
export const userOfClaims = ({ jti, 'kubernetes.io': kubernetes }: Claims): User => {
  const { namespace, serviceaccount, pod, node } = kubernetes;
  return {
    name: serviceAccountName(namespace, serviceaccount.name),
    ...(serviceaccount.uid !== undefined && { uid: serviceaccount.uid }),
    groups: [...serviceAccountGroups(namespace), AUTHENTICATED],
    extra: {
      [`${EXTRA}/credential-id`]: [`JTI=${jti}`],
      ...extraOf('node', node),
      ...extraOf('pod', pod),
    },
  };
};

const extraOf = (what: string, bound: Bound | undefined): Record<string, readonly string[]> => ({
  ...(bound && { [`${EXTRA}/${what}-name`]: [bound.name] }),
  ...(bound?.uid !== undefined && { [`${EXTRA}/${what}-uid`]: [bound.uid] }),
});
