import type { Pod } from '@fairlead/kube';
import type { Urgency } from './queue.ts';

/** Whether a pod waits for this scheduler to give it a node. */
export const isPending = ({ metadata, spec, status }: Pod, schedulerName: string): boolean =>
  !isBound(spec) &&
  (spec.schedulerName ?? 'default-scheduler') === schedulerName &&
  (spec.schedulingGates ?? []).length === 0 &&
  metadata.deletionTimestamp === undefined &&
  status?.phase !== 'Succeeded' &&
  status?.phase !== 'Failed';

/** Whether a pod takes up room on its node. */
export const isOnNode = ({ spec, status }: Pod): boolean =>
  isBound(spec) && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

const isBound = ({ nodeName }: Pod['spec']): boolean => nodeName !== undefined && nodeName !== '';

export const urgencyOf = ({ metadata, spec }: Pod): Urgency => ({
  priority: spec.priority ?? 0,
  since: Date.parse(metadata.creationTimestamp ?? '') || 0,
});
