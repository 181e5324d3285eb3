import type { Container, ContainerPort, Pod } from '@fairlead/kube';

// What the API's defaults say, for servers and tests that leave them out.

export const restartPolicyOf = ({ spec }: Pod): 'Always' | 'OnFailure' | 'Never' =>
  spec.restartPolicy ?? 'Always';

/** Milliseconds from the request to end a pod until it is killed. */
export const graceOf = ({ metadata, spec }: Pod): number =>
  1000 * (metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30);

export const namespaceOf = ({ metadata }: Pod): string => metadata.namespace ?? 'default';

export const uidOf = ({ metadata }: Pod): string => metadata.uid ?? '';

/** `namespace/name`, as people are told. */
export const titleOf = (pod: Pod): string => `${namespaceOf(pod)}/${pod.metadata.name}`;

export const initContainersOf = ({ spec }: Pod): readonly Container[] => spec.initContainers ?? [];

export const portsOf = ({ ports }: Container): readonly ContainerPort[] => ports ?? [];

/** `:latest` may have moved since. */
export const pullPolicyOf = ({ image, imagePullPolicy }: Container): 'Always' | 'IfNotPresent' | 'Never' =>
  imagePullPolicy ?? (/:latest$|^[^:@]+$/.test(image?.split('/').at(-1) ?? '') ? 'Always' : 'IfNotPresent');
