import { findCondition, type Pod } from '@fairlead/kube';
import { isDeleting } from '../pods/state.ts';
import { instant } from '../time.ts';
import type { Samples } from './metrics.ts';

/** Pods by what their measures are good for. */
export interface Groups {
  /** Their measures count. */
  readonly ready: number;
  /** They start: what they use says nothing yet. */
  readonly unready: readonly string[];
  /** They run and nothing is known of them. */
  readonly missing: readonly string[];
}

/** How long after its start a pod may use more than later, and how long until it is ready at first; milliseconds. */
const initialization = 300_000;
const initialReadiness = 30_000;

export function groupPods(
  pods: readonly Pod[],
  { samples, resource, now }: { readonly samples: Samples; readonly resource: string; readonly now: number },
): Groups {
  const groups = { ready: 0, unready: [] as string[], missing: [] as string[] };
  for (const pod of pods) {
    const { name } = pod.metadata;
    if (isDeleting(pod) || pod.status?.phase === 'Failed') continue;
    if (pod.status?.phase === 'Pending') groups.unready.push(name);
    else if (!samples.has(name)) groups.missing.push(name);
    else if (resource === 'cpu' && isStarting(pod, samples, now)) groups.unready.push(name);
    else groups.ready += 1;
  }
  return groups;
}

/** Only of the CPU: what a program does at its start is not what it does for those who ask it. */
function isStarting({ metadata, status }: Pod, samples: Samples, now: number): boolean {
  const condition = findCondition(status?.conditions, 'Ready');
  const start = instant(status?.startTime);
  if (condition === undefined || start === undefined) return true;
  const since = instant(condition.lastTransitionTime) ?? 0;
  const isUnready = condition.status === 'False';
  if (start + initialization <= now) return isUnready && start + initialReadiness > since;
  const sample = samples.get(metadata.name);
  return isUnready || (sample !== undefined && sample.at < since + sample.window);
}
