import {
  type Affinity,
  type DaemonSet,
  type Desired,
  ownerReference,
  type Pod,
  type PodSpec,
  type Toleration,
} from '@fairlead/kube';
import { podRevisionLabel } from '../revisions/names.ts';
import { generationAnnotation, generationLabel, podNamePrefix } from './names.ts';

/** The pod of one node: the set's template, pinned to the node by its affinity for the scheduler to place. */
export function desiredPod(set: DaemonSet, hash: string, node: string): Desired<Pod> {
  const { metadata, spec } = set.spec.template;
  const generation = set.metadata.annotations?.[generationAnnotation];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: podNamePrefix(set),
      namespace: set.metadata.namespace ?? 'default',
      labels: {
        ...metadata?.labels,
        ...(generation === undefined ? {} : { [generationLabel]: generation }),
        [podRevisionLabel]: hash,
      },
      ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ...(metadata?.finalizers === undefined ? {} : { finalizers: metadata.finalizers }),
      ownerReferences: [ownerReference(set)],
    },
    spec: { ...withTolerations(spec), affinity: pinnedTo(node, spec.affinity) },
  };
}

/** The terms that the template has were judged when the node was chosen: the name alone remains. */
const pinnedTo = (node: string, affinity: Affinity = {}): Affinity => ({
  ...affinity,
  nodeAffinity: {
    ...affinity.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: [node] }] },
      ],
    },
  },
});

const taint = (name: string, effect: 'NoExecute' | 'NoSchedule'): Toleration => ({
  key: `node.kubernetes.io/${name}`,
  operator: 'Exists',
  effect,
});

/** What ails a node is no reason to take a daemon away from it: it may be the one that helps. */
const ailments: readonly Toleration[] = [
  taint('not-ready', 'NoExecute'),
  taint('unreachable', 'NoExecute'),
  taint('disk-pressure', 'NoSchedule'),
  taint('memory-pressure', 'NoSchedule'),
  taint('pid-pressure', 'NoSchedule'),
  taint('unschedulable', 'NoSchedule'),
];

/** The template's pod, tolerating the taints that Kubernetes gives ailing nodes. */
export function withTolerations(spec: PodSpec): PodSpec {
  const own = spec.tolerations ?? [];
  const added =
    spec.hostNetwork === true ? [...ailments, taint('network-unavailable', 'NoSchedule')] : ailments;
  const isOwn = (one: Toleration): boolean => own.some((other) => sameTaint(one, other));
  const replaced = own.map((other) => added.find((one) => sameTaint(one, other)) ?? other);
  return { ...spec, tolerations: [...replaced, ...added.filter((one) => !isOwn(one))] };
}

const sameTaint = (a: Toleration, b: Toleration): boolean =>
  a.key === b.key &&
  a.effect === b.effect &&
  a.operator === (b.operator ?? 'Equal') &&
  (b.value ?? '') === '';
