import type { Job, Pod } from '@fairlead/kube';
import { isDeleting } from '../pods/state.ts';
import { trackingFinalizer } from './names.ts';

/** A Job and all pods that are its own, ended ones too. */
export interface Facts {
  readonly job: Job;
  readonly pods: readonly Pod[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export const isTracked = (pod: Pod): boolean => (pod.metadata.finalizers ?? []).includes(trackingFinalizer);

export const uidOf = ({ metadata }: Pod): string => metadata.uid ?? '';

export const isSuspended = ({ spec }: Job): boolean => spec.suspend === true;

/**
 * Whether a pod counts as failed. One that is deleted does at once: it may never reach the phase.
 * A Job that replaces failed pods only waits for the phase.
 */
export function isFailed(pod: Pod, job: Job): boolean {
  if (pod.status?.phase === 'Failed') return true;
  if (job.spec.podReplacementPolicy === 'Failed') return false;
  return isDeleting(pod) && pod.status?.phase !== 'Succeeded';
}

/** Another controller than Kubernetes' own runs it. */
export const isForeign = ({ spec }: Job): boolean =>
  spec.managedBy !== undefined && spec.managedBy !== 'kubernetes.io/job-controller';
