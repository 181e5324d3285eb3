import {
  type Controller,
  matchesSelector,
  type ObjectName,
  type Pod,
  podDisruptionBudgets,
  pods,
  startController,
  watch,
} from '@fairlead/kube';
import type { StartOptions } from '../start.ts';
import { Told } from '../told.ts';
import { reconcileBudget } from './reconcile.ts';
import { watchOwners } from './scale.ts';
import { reconcileAnnouncement, untilStale } from './stale.ts';

/** One counts for the budgets, one takes back what pods say of disruptions that did not come. */
export const startDisruptionControllers = (options: StartOptions): readonly Controller[] => [
  startBudgets(options),
  startAnnouncements(options),
];

function startBudgets({ cache, recorder, onPass }: StartOptions): Controller {
  const told = new Told();
  watchOwners({ cache });
  const budgetsOf = ({ metadata }: Pod): readonly ObjectName[] =>
    cache
      .informer(podDisruptionBudgets)
      .list(metadata.namespace)
      .filter(({ spec }) => spec.selector !== undefined && matchesSelector(spec.selector, metadata.labels))
      .map((budget) => budget.metadata);
  return startController({
    name: 'disruption-controller',
    cache,
    ...(onPass && { onPass }),
    for: podDisruptionBudgets,
    watches: [watch({ kind: pods, map: budgetsOf })],
    reconcile: (name, context) =>
      reconcileBudget(name, { ...context, told, recorder: recorder('controllermanager') }),
  });
}

function startAnnouncements({ cache, recorder, onPass }: StartOptions): Controller {
  return startController({
    name: 'stale-disruption-controller',
    cache,
    ...(onPass && { onPass }),
    for: pods,
    when: ({ after }) => after !== undefined && untilStale(after, cache.clock.now()) !== undefined,
    reconcile: (name, context) =>
      reconcileAnnouncement(name, { ...context, recorder: recorder('controllermanager') }),
  });
}
