import {
  type ControllerRevision,
  type Desired,
  ownerReference,
  type Pod,
  type StatefulSet,
  type Volume,
} from '@fairlead/kube';
import { podRevisionLabel } from '../revisions/names.ts';
import { templateIn } from '../revisions/revision.ts';
import { claimName, ordinalOf, podIndexLabel, podName, podNameLabel } from './names.ts';

/** The pod of one place: the template of a revision, a name of its own, and the claims of that name. */
export function desiredPod(set: StatefulSet, ordinal: number, revision: ControllerRevision): Desired<Pod> {
  const { metadata, spec } = templateIn(revision);
  const name = podName(set, ordinal);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: set.metadata.namespace ?? 'default',
      labels: { ...metadata?.labels, [podRevisionLabel]: revision.metadata.name, ...identity(set, ordinal) },
      ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ...(metadata?.finalizers === undefined ? {} : { finalizers: metadata.finalizers }),
      ownerReferences: [ownerReference(set)],
    },
    spec: {
      ...spec,
      hostname: name,
      ...(set.spec.serviceName === undefined ? {} : { subdomain: set.spec.serviceName }),
      volumes: volumesOf(set, ordinal, spec.volumes),
    },
  };
}

const identity = (set: StatefulSet, ordinal: number): Readonly<Record<string, string>> => ({
  [podNameLabel]: podName(set, ordinal),
  [podIndexLabel]: String(ordinal),
});

/** The volumes of the claims, then those of the template that have other names. */
function volumesOf(set: StatefulSet, ordinal: number, others: readonly Volume[] = []): readonly Volume[] {
  const claimed = (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    name: template.metadata.name,
    persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
  }));
  const names = new Set(claimed.map(({ name }) => name));
  return [...claimed, ...others.filter(({ name }) => !names.has(name))];
}

export const hasIdentity = (set: StatefulSet, { metadata }: Pod): boolean =>
  metadata.namespace === set.metadata.namespace && metadata.labels?.[podNameLabel] === metadata.name;

export function hasStorage(set: StatefulSet, pod: Pod): boolean {
  const ordinal = ordinalOf(set, pod) ?? -1;
  const claims = new Map(
    (pod.spec.volumes ?? []).map((volume) => [volume.name, volume.persistentVolumeClaim]),
  );
  return (set.spec.volumeClaimTemplates ?? []).every(
    (template) => claims.get(template.metadata.name)?.claimName === claimName(set, template, ordinal),
  );
}

/** The pod as it should be. Kubernetes lets nobody change the volumes of a pod, and says so. */
export function mendedPod(set: StatefulSet, pod: Pod): Pod {
  const ordinal = ordinalOf(set, pod) ?? -1;
  const labels = { ...pod.metadata.labels, ...identity(set, ordinal) };
  const volumes = hasStorage(set, pod) ? pod.spec.volumes : volumesOf(set, ordinal, pod.spec.volumes);
  return {
    ...pod,
    metadata: { ...pod.metadata, labels },
    spec: { ...pod.spec, ...(volumes === undefined ? {} : { volumes }) },
  };
}
