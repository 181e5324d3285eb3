import type { Job } from '@fairlead/kube';

export const jobNameLabel = 'batch.kubernetes.io/job-name';
export const controllerUidLabel = 'batch.kubernetes.io/controller-uid';

/** Which part of the work a pod does: a label and an annotation. */
export const indexAnnotation = 'batch.kubernetes.io/job-completion-index';
/** How often its index had failed before it, and how often that did not count. */
export const failureCountAnnotation = 'batch.kubernetes.io/job-index-failure-count';
export const ignoredCountAnnotation = 'batch.kubernetes.io/job-index-ignored-failure-count';

/** Keeps a pod until it has been counted, however it ends. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';

/** Labels of a Job's pods. The two without a prefix are older and still selected by people. */
export const podLabels = ({ metadata }: Job): Readonly<Record<string, string>> => ({
  [controllerUidLabel]: metadata.uid ?? '',
  [jobNameLabel]: metadata.name,
  'controller-uid': metadata.uid ?? '',
  'job-name': metadata.name,
});

/** Room for the five characters that the API appends, within the 63 of a label. */
const longestPrefix = 58;

/** An index stays whole: the name of the Job is what is cut. */
export function podNamePrefix({ metadata }: Job, index?: number): string {
  if (index === undefined) return `${metadata.name}-`;
  const end = `-${index}-`;
  return metadata.name.slice(0, longestPrefix - end.length) + end;
}

export const indexHostname = ({ metadata }: Job, index: number): string => `${metadata.name}-${index}`;
