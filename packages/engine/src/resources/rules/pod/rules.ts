import type { KubeObject } from '@fairlead/kube';
import type { FieldError } from '../../../schema/field-error.ts';
import { Place } from '../../../schema/place.ts';
import { dnsSubdomain } from '../../formats.ts';
import { judgeObjectMeta } from '../../metadata-rules.ts';
import type { Rules } from '../../rules.ts';
import { judgePodAnnotationChange, judgePodAnnotations } from './annotations.ts';
import { withPodCondition } from './conditions.ts';
import { judgeImageOfPod } from './container.ts';
import { judgeEphemeralChange, takeEphemeral } from './ephemeral.ts';
import { withOwnLabels } from './match-labels.ts';
import type { Pod, PodStatus } from './pod.ts';
import { qosClass } from './qos.ts';
import { judgeResize, takeResources } from './resize.ts';
import { judgePodSpec } from './spec.ts';
import { judgePodStatus } from './status.ts';
import { judgePodChange } from './update.ts';
import { podWarnings } from './warnings.ts';

const newPod = (pod: Pod): KubeObject => {
  const spec = withOwnLabels(pod.spec ?? {}, pod.metadata.labels);
  return gated({ ...pod, spec, status: { phase: 'Pending', qosClass: qosClass(spec) } });
};

const GATED = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
};

/** A pod with a gate says at once why nobody schedules it. */
const gated = (pod: Pod): Pod =>
  (pod.spec?.schedulingGates ?? []).length === 0
    ? pod
    : withPodCondition(pod, GATED, pod.metadata.creationTimestamp ?? '');

/** What a write of the pod, or of a part of it, does to it that may not be. */
type JudgeChange = (pod: Pod, old: Pod, at: Place) => readonly FieldError[];

const judgeChange: JudgeChange = (pod, old, at) => {
  judgeAnnotationChange(pod, old, new Place('metadata.annotations', at.found));
  judgePodChange(pod.spec ?? {}, old.spec ?? {}, at);
  return at.found;
};

const judgeAnnotationChange = (pod: Pod, old: Pod, at: Place): void => {
  judgePodAnnotationChange(pod.metadata.annotations, old.metadata.annotations, at);
  judgePodAnnotations(pod.metadata.annotations, pod.spec ?? {}, at);
};

/** Kubernetes looks at a changed pod as at a new one, and then at the change. */
const changeErrors =
  (judge: JudgeChange) =>
  (pod: Pod, old: Pod): readonly FieldError[] => {
    const found: FieldError[] = [];
    judgeObjectMeta(pod.metadata, dnsSubdomain, new Place('metadata', found));
    judgeWhole(pod, found);
    return judge(pod, old, new Place('spec', found));
  };

const newPodErrors = (pod: Pod): readonly FieldError[] => {
  const at = new Place('spec');
  judgeWhole(pod, at.found);
  judgeNewPod(pod, at);
  return at.found;
};

const podErrors = (pod: Pod, old: Pod | undefined): readonly FieldError[] =>
  old === undefined ? newPodErrors(pod) : changeErrors(judgeChange)(pod, old);

const judgeWhole = ({ metadata, spec = {} }: Pod, found: FieldError[]): void => {
  const at = new Place('spec', found);
  judgePodAnnotations(metadata.annotations, spec, new Place('metadata.annotations', found));
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
  judgeAnnotationChange(pod, old, new Place('metadata.annotations', found));
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
  parts: {
    status: { update: keptStatus, validate: statusErrors },
    ephemeralcontainers: {
      take: takeEphemeral,
      validate: changeErrors((pod, old, at) => {
        judgeAnnotationChange(pod, old, new Place('metadata.annotations', at.found));
        return judgeEphemeralChange(pod, old, at);
      }),
    },
    resize: { take: takeResources, validate: changeErrors(judgeResize) },
  },
  graceSeconds,
};
