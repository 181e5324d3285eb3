import { isDeepStrictEqual } from 'node:util';
import { done, kind, type ObjectName, type Outcome, waiting } from '@fairlead/kube';
import {
  addAmounts,
  type Amounts,
  equalAmounts,
  maskAmounts,
  NOTHING,
  parseAmounts,
  renderAmounts,
  scalar,
} from '../../quota/amounts.ts';
import { measureOf } from '../../quota/measure.ts';
import { type ResourceQuota, scopesOf } from '../../quota/quota.ts';
import type { ControllerContext } from '../context.ts';
import type { ServedType } from '../inventory/discover.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { resourceQuotas } from './kind.ts';

type Context = ControllerContext & { readonly inventory: Inventory };

/** Milliseconds until what was let in while nobody counted is counted. */
const COUNT_AGAIN = 1;

/** Says what a quota allows and what is used of it. */
export async function reconcileQuota(name: ObjectName, context: Context): Promise<Outcome> {
  const quota = context.cache.informer(resourceQuotas).get(name);
  if (quota === undefined || quota.metadata.deletionTimestamp !== undefined) return done;
  const hard = quota.spec?.hard ?? {};
  const used = await gatherUsage(quota, context);
  const starts = !isDeepStrictEqual(hard, quota.status?.hard);
  if (!starts && equalAmounts(used, parseAmounts(quota.status?.used))) return done;
  // Only onto the version that was looked at: what was charged to the quota since then is in no list of before.
  const status = { hard, used: renderAmounts(used) };
  await context.client.resource(resourceQuotas).status.replace({ ...quota, status });
  // Until this write the quota held nobody: what came between the count and now was not charged.
  return starts ? waiting(COUNT_AGAIN) : done;
}

/** From the server itself: a cache may be behind what admission has charged already. */
async function gatherUsage(quota: ResourceQuota, context: Context): Promise<Amounts> {
  const hard = parseAmounts(quota.spec?.hard);
  const types = context.inventory.types().filter((type) => type.namespaced && isCounted(type, hard));
  const usages = await Promise.all(types.map((type) => usageOf(type, quota, context)));
  const nothing: Amounts = new Map([...hard.keys()].map((resource) => [resource, scalar(0)]));
  return maskAmounts(usages.reduce(addAmounts, nothing), hard);
}

const isCounted = (type: ServedType, hard: Amounts): boolean => {
  const { counts } = measureOf(type);
  return [...hard.keys()].some((resource) => counts(resource));
};

async function usageOf(type: ServedType, quota: ResourceQuota, { client, cache }: Context): Promise<Amounts> {
  const { namespace } = quota.metadata;
  const { items } = await client.resource(kind(type)).list({ ...(namespace !== undefined && { namespace }) });
  const measure = measureOf(type);
  const scopes = scopesOf(quota);
  return items
    .filter((object) => scopes.every((scope) => measure.fits(scope, object)))
    .map((object) => measure.usage(object, cache.clock.now()))
    .reduce(addAmounts, NOTHING);
}
