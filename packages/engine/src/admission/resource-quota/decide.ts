import type { KubeObject } from '@fairlead/kube';
import {
  addAmounts,
  type Amounts,
  describeAmounts,
  exceeding,
  growth,
  maskAmounts,
  parseAmounts,
  withoutZeros,
} from '../../quota/amounts.ts';
import type { Measure } from '../../quota/measure.ts';
import { type ResourceQuota, scopesOf } from '../../quota/quota.ts';

/** What one quota makes of one write. */
export type Decision =
  | { readonly kind: 'free' }
  | { readonly kind: 'charged'; readonly used: Amounts }
  | { readonly kind: 'refused'; readonly why: string };

interface Write {
  readonly measure: Measure;
  readonly object: KubeObject;
  readonly old?: KubeObject | undefined;
  readonly now: number;
  readonly enforced: boolean;
}

const FREE: Decision = { kind: 'free' };

export const decideCharge = (quota: ResourceQuota, write: Write): Decision => {
  const { measure, object, enforced } = write;
  const { name } = quota.metadata;
  const hard = parseAmounts(quota.status?.hard);
  const counted = [...hard.keys()].filter((resource) => measure.counts(resource));
  if (counted.length === 0 || !fitsScopes(quota, measure, object)) return FREE;
  const lack = measure.lacks?.(object, counted);
  if (lack !== undefined) return { kind: 'refused', why: `failed quota: ${name}: ${lack}` };
  const used = parseAmounts(quota.status?.used);
  if (counted.some((resource) => !used.has(resource))) {
    const resources = counted.toSorted().join(',');
    return { kind: 'refused', why: `status unknown for quota: ${name}, resources: ${resources}` };
  }
  const requested = maskAmounts(withoutZeros(addedUsage(quota, write)), hard);
  if (requested.size === 0) return FREE;
  const next = addAmounts(used, requested);
  const over = exceeding(maskAmounts(next, requested), hard);
  if (!enforced || over.size === 0) return { kind: 'charged', used: next };
  const [wants, has, may] = [requested, used, hard].map((amounts) =>
    describeAmounts(maskAmounts(amounts, over)),
  );
  return {
    kind: 'refused',
    why: `exceeded quota: ${name}, requested: ${wants}, used: ${has}, limited: ${may}`,
  };
};

/** Of a change only what is more; but all of it when the quota was not about the object before. */
const addedUsage = (quota: ResourceQuota, { measure, object, old, now }: Write): Amounts => {
  const usage = measure.usage(object, now);
  if (old === undefined || !fitsScopes(quota, measure, old)) return usage;
  return growth(usage, measure.usage(old, now));
};

const fitsScopes = (quota: ResourceQuota, measure: Measure, object: KubeObject): boolean =>
  scopesOf(quota).every((scope) => measure.fits(scope, object));
