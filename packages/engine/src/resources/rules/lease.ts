import type { KubeObject } from '@fairlead/kube';
import { without } from '../../schema/builtin-defaults/edit.ts';
import { Place } from '../../schema/place.ts';
import type { Rules } from '../rules.ts';

interface Lease extends KubeObject {
  readonly spec?: { readonly leaseDurationSeconds?: number; readonly leaseTransitions?: number };
}

/** Without the fields of coordinated leader election, which Kubernetes 1.34 has switched off. */
const withoutCoordination = (lease: Lease): Lease =>
  lease.spec === undefined
    ? lease
    : { ...lease, spec: without(without({ ...lease.spec }, 'strategy'), 'preferredHolder') };

/** Who leads, and until when. */
export const leaseRules: Rules = {
  complete: true,
  create: withoutCoordination,
  update: withoutCoordination,
  validate({ spec = {} }: Lease) {
    const at = new Place('spec');
    const { leaseDurationSeconds: seconds } = spec;
    if (seconds !== undefined && seconds <= 0) {
      at.field('leaseDurationSeconds').invalid(seconds, 'must be greater than 0');
    }
    at.field('leaseTransitions').notNegative(spec.leaseTransitions);
    return at.found;
  },
};
