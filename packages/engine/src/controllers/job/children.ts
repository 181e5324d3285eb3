import {
  type Container,
  type Desired,
  type Job,
  ownerReference,
  type Pod,
  type PodSpec,
} from '@fairlead/kube';
import type { Place } from './decide.ts';
import { failureCounts, isLimitedPerIndex } from './index-pods.ts';
import { indexAnnotation, indexHostname, podLabels, podNamePrefix, trackingFinalizer } from './names.ts';

/** The pod that a Job makes: its template, whose it is, what it is for, and that it must be counted. */
export function desiredPod(job: Job, place: Place = {}): Desired<Pod> {
  const { metadata, spec } = job.spec.template;
  const finalizers = metadata?.finalizers ?? [];
  const marks = marksOf(place);
  const annotations = { ...metadata?.annotations, ...marks, ...countsOf(job, place) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: podNamePrefix(job, place.index),
      namespace: job.metadata.namespace ?? 'default',
      labels: { ...metadata?.labels, ...(job.spec.manualSelector === true ? {} : podLabels(job)), ...marks },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      finalizers: [...finalizers.filter((name) => name !== trackingFinalizer), trackingFinalizer],
      ownerReferences: [ownerReference(job)],
    },
    spec: place.index === undefined ? spec : indexedSpec(job, spec, place.index),
  };
}

const marksOf = ({ index }: Place): Readonly<Record<string, string>> =>
  index === undefined ? {} : { [indexAnnotation]: String(index) };

const countsOf = (job: Job, { before }: Place): Readonly<Record<string, string>> =>
  isLimitedPerIndex(job) ? failureCounts(job, before) : {};

/** A pod knows its index by its name in the network and by a variable. */
const indexedSpec = (job: Job, spec: PodSpec, index: number): PodSpec => ({
  ...spec,
  hostname: indexHostname(job, index),
  containers: spec.containers.map(withIndex),
  ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(withIndex) }),
});

const variable = 'JOB_COMPLETION_INDEX';

function withIndex(container: Container): Container {
  const env = container.env ?? [];
  if (env.some(({ name }) => name === variable)) return container;
  const fieldRef = { fieldPath: `metadata.labels['${indexAnnotation}']` };
  return { ...container, env: [...env, { name: variable, valueFrom: { fieldRef } }] };
}
