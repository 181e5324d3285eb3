import type { KubeObject } from '@fairlead/kube';
import type { FieldError } from '../../../schema/field-error.ts';
import { Place } from '../../../schema/place.ts';
import { dnsSubdomain } from '../../formats.ts';
import { judgeObjectMeta } from '../../metadata-rules.ts';
import type { Rules } from '../../rules.ts';
import { judgePodAnnotationChange, judgePodAnnotations } from './annotations.ts';
import { judgeImageOfPod } from './container.ts';
import { withOwnLabels } from './match-labels.ts';
import type { Pod, PodStatus } from './pod.ts';
import { qosClass } from './qos.ts';
import { judgePodSpec } from './spec.ts';
import { judgePodStatus } from './status.ts';
import { judgePodChange } from './update.ts';
import { podWarnings } from './warnings.ts';

const newPod = (pod: Pod): KubeObject => {
  const spec = withOwnLabels(pod.spec ?? {}, pod.metadata.labels);
  return {
    ...pod,
    spec,
    status: { phase: 'Pending', ...gated(pod), qosClass: qosClass(spec) },
  } as KubeObject;
};

/** A pod with a gate says at once why nobody schedules it. */
const gated = ({ spec, metadata }: Pod): object => {
  if ((spec?.schedulingGates ?? []).length === 0) return {};
  return {
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: metadata.creationTimestamp,
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ],
  };
};

const podErrors = (pod: Pod, old: Pod | undefined): readonly FieldError[] => {
  const found: FieldError[] = [];
  const [metadata, spec] = [new Place('metadata', found), new Place('spec', found)];
  const annotations = metadata.field('annotations');
  // Kubernetes looks at the metadata of a changed pod once more.
  if (old !== undefined) judgeObjectMeta(pod.metadata, dnsSubdomain, metadata);
  judgeWhole(pod, spec, annotations);
  if (old === undefined) {
    judgeNewPod(pod, spec);
    return found;
  }
  judgePodAnnotationChange(pod.metadata.annotations, old.metadata.annotations, annotations);
  judgePodAnnotations(pod.metadata.annotations, pod.spec ?? {}, annotations);
  judgePodChange(pod.spec ?? {}, old.spec ?? {}, spec);
  return found;
};

const judgeWhole = ({ metadata, spec = {} }: Pod, at: Place, annotations: Place): void => {
  judgePodAnnotations(metadata.annotations, spec, annotations);
  judgePodSpec(spec, metadata.name, at);
  if ((spec.serviceAccountName ?? '') === '') judgeTokens(spec, at.field('volumes'));
  for (const list of ['containers', 'initContainers'] as const) {
    spec[list]?.forEach((container, index) => judgeImageOfPod(container, at.field(list).index(index)));
  }
};

/** There is no token without an account. */
const judgeTokens = ({ volumes = [] }: NonNullable<Pod['spec']>, at: Place): void => {
  volumes.forEach(({ projected }, index) => {
    projected?.sources?.forEach(({ serviceAccountToken }, number) => {
      if (serviceAccountToken === undefined) return;
      const here = at.index(index).field('projected').field('sources').index(number);
      here.field('serviceAccountToken').forbidden('must not be specified when serviceAccountName is not set');
    });
  });
};

const judgeNewPod = ({ spec = {} }: Pod, at: Place): void => {
  if ((spec.ephemeralContainers ?? []).length > 0) {
    at.field('ephemeralContainers').forbidden('cannot be set on create');
  }
  if ((spec.nodeName ?? '') !== '' && (spec.schedulingGates ?? []).length > 0) {
    at.field('nodeName').forbidden('cannot be set until all schedulingGates have been cleared');
  }
};

/** What an old node forgets to say is remembered. */
const keptStatus = (pod: Pod, { status: old = {} }: Pod): KubeObject => {
  const { status = {} } = pod;
  const kept: PodStatus = {
    ...status,
    ...((status.qosClass ?? '') === '' && old.qosClass && { qosClass: old.qosClass }),
    ...(!status.observedGeneration &&
      old.observedGeneration && { observedGeneration: old.observedGeneration }),
  };
  return { ...pod, status: kept } as KubeObject;
};

const statusErrors = (pod: Pod, old: Pod): readonly FieldError[] => {
  const found: FieldError[] = [];
  const annotations = new Place('metadata.annotations', found);
  judgePodAnnotationChange(pod.metadata.annotations, old.metadata.annotations, annotations);
  judgePodAnnotations(pod.metadata.annotations, pod.spec ?? {}, annotations);
  judgePodStatus(pod, old, new Place('status', found));
  return found;
};

/**
 * How long a pod has to stop. One that no node runs, or that has ended, goes at once; a negative time, which old pods
 * may have, is a second.
 */
const graceSeconds = ({ spec = {}, status = {} }: Pod, asked: number | undefined): number => {
  if ((spec.nodeName ?? '') === '' || status.phase === 'Succeeded' || status.phase === 'Failed') return 0;
  const seconds = asked ?? spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
};

/** A pod that runs is stopped by its node, which then deletes it with no grace; any other goes at once. */
export const podRules: Rules = {
  complete: true,
  create: newPod,
  validate: podErrors,
  warnings: (pod: Pod, old) => (old === undefined ? podWarnings(pod) : []),
  parts: { status: { update: keptStatus, validate: statusErrors } },
  graceSeconds,
};
