import { type Desired, type Job, ownerReference, type Pod } from '@fairlead/kube';
import { podLabels, podNamePrefix, trackingFinalizer } from './names.ts';

/** The pod that a Job makes: its template, whose it is, and that it must be counted. */
export function desiredPod(job: Job): Desired<Pod> {
  const { metadata, spec } = job.spec.template;
  const finalizers = metadata?.finalizers ?? [];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: podNamePrefix(job),
      namespace: job.metadata.namespace ?? 'default',
      labels: { ...metadata?.labels, ...(job.spec.manualSelector === true ? {} : podLabels(job)) },
      ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
      finalizers: [...finalizers.filter((name) => name !== trackingFinalizer), trackingFinalizer],
      ownerReferences: [ownerReference(job)],
    },
    spec,
  };
}
