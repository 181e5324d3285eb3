import { type Kind, kind, type KubeObject, type Pod } from '@fairlead/kube';

interface WithPhase extends KubeObject {
  readonly status?: { readonly phase?: string };
}

/** A kind that is held by a finalizer of Kubernetes' own while somebody uses its objects. */
export interface Protected {
  readonly kind: Kind<WithPhase>;
  readonly finalizer: string;
  /** Whether it may not go yet; `pods` are those that may use it. */
  readonly isUsed: (object: WithPhase, pods: readonly Pod[]) => boolean;
}

const core = { group: '', version: 'v1' } as const;

export const protectedKinds: readonly Protected[] = [
  {
    kind: kind({
      ...core,
      kind: 'PersistentVolumeClaim',
      resource: 'persistentvolumeclaims',
      namespaced: true,
    }),
    finalizer: 'kubernetes.io/pvc-protection',
    isUsed: ({ metadata }, pods) => pods.some((pod) => claimsOf(pod).includes(metadata.name)),
  },
  {
    kind: kind({ ...core, kind: 'PersistentVolume', resource: 'persistentvolumes', namespaced: false }),
    finalizer: 'kubernetes.io/pv-protection',
    isUsed: ({ status }) => status?.phase === 'Bound',
  },
  {
    kind: kind({
      group: 'storage.k8s.io',
      version: 'v1',
      kind: 'VolumeAttributesClass',
      resource: 'volumeattributesclasses',
      namespaced: false,
    }),
    finalizer: 'kubernetes.io/vac-protection',
    // Nothing here applies such a class to a volume.
    isUsed: () => false,
  },
];

/** The claims that a pod uses. One that no node has taken uses none: a node does not start it with a claim that goes. */
export const claimsOf = ({ spec }: Pod): readonly string[] =>
  (spec.nodeName ?? '') === ''
    ? []
    : (spec.volumes ?? [])
        .map(({ persistentVolumeClaim: claim }) => claim?.claimName)
        .filter((name) => name !== undefined);
