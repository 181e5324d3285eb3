import type { KubeObject } from '@fairlead/kube';
import type { Rules } from '../rules.ts';

interface Job extends KubeObject {
  readonly spec?: {
    readonly manualSelector?: boolean;
    readonly selector?: unknown;
    readonly template?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } };
  };
}

/** A job finds its pods by its own uid, so that two jobs of one name never share them. */
export const jobRules: Rules = {
  create(job: Job): KubeObject {
    if (job.spec?.manualSelector === true) return job;
    const { uid = '', name } = job.metadata;
    const template = job.spec?.template ?? {};
    const labels = {
      ...template.metadata?.labels,
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': name,
      'controller-uid': uid,
      'job-name': name,
    };
    const spec = {
      ...job.spec,
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    };
    return { ...job, spec } as KubeObject;
  },
};
