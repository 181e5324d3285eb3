import { type Desired, ownerReference, type Pod, type ReplicaSet } from '@fairlead/kube';
import { podNamePrefix } from './names.ts';

/** The pod that a ReplicaSet makes: its template, and whose it is. */
export function desiredPod(set: ReplicaSet): Desired<Pod> {
  const { metadata, spec } = set.spec.template;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: podNamePrefix(set),
      namespace: set.metadata.namespace ?? 'default',
      labels: metadata?.labels ?? {},
      ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ...(metadata?.finalizers === undefined ? {} : { finalizers: metadata.finalizers }),
      ownerReferences: [ownerReference(set)],
    },
    spec,
  };
}
