import type { Lease } from '../kinds/index.ts';
import type { ObjectName } from '../name.ts';

/** A Lease, and when it was first seen as it is (our clock, milliseconds). */
export interface Observation {
  readonly lease: Lease;
  readonly at: number;
}

/** To take the Lease, or to keep it. */
export interface Claim {
  readonly token: number;
  readonly isNew: boolean;
}

/** Whether the Lease is there to be claimed; `undefined` while somebody else holds it. */
export function decideClaim(
  seen: Observation | undefined,
  { identity, now }: { readonly identity: string; readonly now: number },
): Claim | undefined {
  if (seen === undefined) return { token: 1, isNew: true };
  const { holderIdentity: holder, leaseTransitions = 0, leaseDurationSeconds = 0 } = seen.lease.spec ?? {};
  if (holder === identity) return { token: leaseTransitions, isNew: false };
  const isHeld = Boolean(holder) && now < seen.at + leaseDurationSeconds * 1000;
  return isHeld ? undefined : { token: leaseTransitions + 1, isNew: true };
}

export interface LeaseFacts {
  readonly name: ObjectName;
  readonly identity: string;
  readonly duration: number;
  readonly claim: Claim;
  readonly now: number;
}

/** The Lease as its holder writes it; everything else in it stays. */
export function desiredLease(
  before: Lease | undefined,
  { name, identity, duration, claim, now }: LeaseFacts,
): Lease {
  const at = microTime(now);
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    ...before,
    metadata: before?.metadata ?? name,
    spec: {
      ...before?.spec,
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(duration / 1000),
      leaseTransitions: claim.token,
      renewTime: at,
      ...(claim.isNew && { acquireTime: at }),
    },
  };
}

/** Nobody's; the count of its terms stays, for tokens only go up. */
export const releasedLease = (held: Lease, now: number): Lease => ({
  ...held,
  spec: { ...held.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(now) },
});

/** RFC 3339 with microseconds (meta/v1 MicroTime). */
const microTime = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, -1)}000Z`;
