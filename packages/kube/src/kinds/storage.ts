import type { KubeObject } from '../object.ts';
import { type Kind, kind } from './kind.ts';
import type { Condition, LabelSelector, ObjectReference } from './meta.ts';
import type { NodeSelectorTerm, ResourceRequirements } from './pod-spec.ts';

type AccessMode = 'ReadWriteOnce' | 'ReadOnlyMany' | 'ReadWriteMany' | 'ReadWriteOncePod';
type VolumeMode = 'Filesystem' | 'Block';

export interface PersistentVolumeClaim extends KubeObject {
  readonly spec: {
    readonly accessModes?: readonly AccessMode[];
    readonly selector?: LabelSelector;
    readonly resources?: ResourceRequirements;
    readonly volumeName?: string;
    readonly storageClassName?: string;
    readonly volumeMode?: VolumeMode;
    readonly volumeAttributesClassName?: string;
    readonly dataSource?: Readonly<Record<string, unknown>>;
  };
  readonly status?: {
    readonly phase?: 'Pending' | 'Bound' | 'Lost';
    readonly accessModes?: readonly AccessMode[];
    readonly capacity?: Readonly<Record<string, string>>;
    readonly conditions?: readonly Condition[];
  };
}

export interface PersistentVolume extends KubeObject {
  readonly spec: {
    readonly capacity?: Readonly<Record<string, string>>;
    readonly accessModes?: readonly AccessMode[];
    readonly claimRef?: ObjectReference;
    readonly persistentVolumeReclaimPolicy?: 'Retain' | 'Delete' | 'Recycle';
    readonly storageClassName?: string;
    readonly volumeMode?: VolumeMode;
    readonly volumeAttributesClassName?: string;
    readonly nodeAffinity?: {
      readonly required?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] };
    };
    readonly hostPath?: { readonly path: string; readonly type?: string };
    readonly local?: { readonly path: string; readonly fsType?: string };
  };
  readonly status?: {
    readonly phase?: 'Pending' | 'Available' | 'Bound' | 'Released' | 'Failed';
    readonly message?: string;
    readonly reason?: string;
    readonly lastPhaseTransitionTime?: string;
  };
}

export interface StorageClass extends KubeObject {
  readonly provisioner: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly reclaimPolicy?: 'Retain' | 'Delete' | 'Recycle';
  readonly volumeBindingMode?: 'Immediate' | 'WaitForFirstConsumer';
  readonly allowVolumeExpansion?: boolean;
}

const core = { group: '', version: 'v1' } as const;

export const persistentVolumeClaims: Kind<PersistentVolumeClaim> = kind({
  ...core,
  kind: 'PersistentVolumeClaim',
  resource: 'persistentvolumeclaims',
  namespaced: true,
});
export const persistentVolumes: Kind<PersistentVolume> = kind({
  ...core,
  kind: 'PersistentVolume',
  resource: 'persistentvolumes',
  namespaced: false,
});
export const storageClasses: Kind<StorageClass> = kind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  resource: 'storageclasses',
  namespaced: false,
});
