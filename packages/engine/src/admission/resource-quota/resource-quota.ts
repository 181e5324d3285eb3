import { measureOf } from '../../quota/measure.ts';
import type { ResourceQuota } from '../../quota/quota.ts';
import type { Admission, AdmissionRequest, Alongside } from '../chain.ts';
import { isAbout, refusal } from '../kinds.ts';
import type { Lister } from '../lister.ts';
import { charge, type Means } from './charge.ts';
import { decideCharge } from './decide.ts';

/**
 * Holds a namespace to its quotas. What a write uses is added to the quota in the commit of that very write, so that
 * however many come at once, none is let in on room that another has taken. A controller takes off what is gone.
 */
export const resourceQuota = (quotas: Lister, means: Means): Admission => ({
  name: 'ResourceQuota',
  validate(request) {
    const found = quotasFor(request, quotas);
    if (found.length === 0) return undefined;
    const writes = found.map((quota) => chargeFor(quota, request, means)).filter((one) => one !== undefined);
    if (writes.length === 0) return undefined;
    return (store) => writes.forEach((write) => write(store));
  },
});

/** As they are after all writes that are on their way. */
const quotasFor = (request: AdmissionRequest, quotas: Lister): readonly ResourceQuota[] => {
  if (!mayCount(request)) return [];
  return quotas
    .list(request.namespace)
    .map(({ key }) => request.pending(key)?.value())
    .filter((quota) => quota !== undefined);
};

const mayCount = (request: AdmissionRequest): boolean => {
  const { operation, namespace, object, old, subresource } = request;
  if (namespace === '' || isAbout(request, 'namespaces')) return false;
  if (operation === 'CREATE') return subresource === '';
  const { grows } = measureOf(request.resource.definition);
  return operation === 'UPDATE' && old !== undefined && (grows?.({ object, old, subresource }) ?? false);
};

const chargeFor = (quota: ResourceQuota, request: AdmissionRequest, means: Means): Alongside | undefined => {
  const decision = decideCharge(quota, {
    measure: measureOf(request.resource.definition),
    object: request.object,
    old: request.old,
    now: means.clock.now(),
    // The status tells what is; it cannot be refused.
    enforced: request.subresource !== 'status',
  });
  if (decision.kind === 'refused') throw refusal(request, decision.why);
  return decision.kind === 'charged' ? charge(quota, decision.used, means) : undefined;
};
