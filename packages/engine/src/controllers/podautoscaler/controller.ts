import { type Controller, horizontalPodAutoscalers, pods, startController } from '@fairlead/kube';
import type { StartOptions } from '../start.ts';
import { Told } from '../told.ts';
import { createApiMetrics } from './api-metrics.ts';
import { Memory } from './memory.ts';
import type { Metrics } from './metrics.ts';
import { reconcileAutoscaler } from './reconcile.ts';

/** Measures come from the metrics APIs, unless they are given. */
export function startPodAutoscaler(
  { cache, recorder, onPass }: StartOptions,
  metrics: Metrics = createApiMetrics(cache.client),
): Controller {
  const [memory, told] = [new Memory(), new Told()];
  cache.informer(pods);
  return startController({
    name: 'horizontal-pod-autoscaler',
    cache,
    ...(onPass && { onPass }),
    for: horizontalPodAutoscalers,
    concurrency: 5,
    reconcile: (name, context) =>
      reconcileAutoscaler(name, {
        ...context,
        memory,
        metrics,
        told,
        recorder: recorder('horizontal-pod-autoscaler'),
      }),
  });
}
