import type { Job } from '@fairlead/kube';

export const jobNameLabel = 'batch.kubernetes.io/job-name';
export const controllerUidLabel = 'batch.kubernetes.io/controller-uid';

/** Keeps a pod until it has been counted, however it ends. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';

/** Labels of a Job's pods. The two without a prefix are older and still selected by people. */
export const podLabels = ({ metadata }: Job): Readonly<Record<string, string>> => ({
  [controllerUidLabel]: metadata.uid ?? '',
  [jobNameLabel]: metadata.name,
  'controller-uid': metadata.uid ?? '',
  'job-name': metadata.name,
});

/** The API appends five characters. */
export const podNamePrefix = ({ metadata }: Job): string => `${metadata.name}-`;
