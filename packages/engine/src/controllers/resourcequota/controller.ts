import { isDeepStrictEqual } from 'node:util';
import { type Change, type Controller, startController, waiting } from '@fairlead/kube';
import { equalAmounts } from '../../quota/amounts.ts';
import { measureOf } from '../../quota/measure.ts';
import type { ServedType } from '../inventory/discover.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { StartOptions } from '../start.ts';
import { resourceQuotas } from './kind.ts';
import { reconcileQuota } from './reconcile.ts';

/** Keeps what quotas say of themselves: admission adds what comes, this takes off what goes. */
export function startResourceQuotaController(
  { cache, recorder, onPass }: StartOptions,
  inventory: Inventory,
): Controller {
  const controller = startController({
    name: 'resourcequota-controller',
    cache,
    ...(onPass && { onPass }),
    for: resourceQuotas,
    // What admission adds is right already.
    when: ({ before, after }) =>
      !isDeepStrictEqual(before?.spec, after?.spec) ||
      !isDeepStrictEqual(after?.spec?.hard, after?.status?.hard),
    concurrency: 4,
    reconcile: async (name, context) => {
      // Half an inventory would not know what there is to count.
      if (!inventory.isReady) return waiting();
      return reconcileQuota(name, { ...context, inventory, recorder: recorder('resourcequota-controller') });
    },
  });
  inventory.ready.then(
    () => controller.enqueueAll(),
    () => {}, // Closed before.
  );
  // Ends with the inventory.
  inventory.subscribe((type, change) => {
    const namespace = change.before?.metadata.namespace;
    if (namespace === undefined) return;
    const quotas = cache.informer(resourceQuotas).list(namespace);
    if (quotas.length === 0 || !changesUsage(type, change, cache.clock.now())) return;
    for (const { metadata } of quotas) controller.enqueue(metadata);
  });
  return controller;
}

/** Whether something is used no more, or another amount of it. */
function changesUsage(type: ServedType, { before, after }: Change, now: number): boolean {
  if (before === undefined) return false;
  const measure = measureOf(type);
  if (after === undefined) return true;
  return !measure.byNumber && !equalAmounts(measure.usage(before, now), measure.usage(after, now));
}
