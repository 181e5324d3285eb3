import type { KubeObject } from '@fairlead/kube';
import type { Cells } from './cells.ts';

interface Volume extends KubeObject {
  readonly spec?: {
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly storageClassName?: string;
    readonly volumeAttributesClassName?: string;
    readonly accessModes?: readonly string[];
    readonly persistentVolumeReclaimPolicy?: string;
    readonly capacity?: { readonly storage?: string };
    readonly claimRef?: { readonly namespace?: string; readonly name?: string };
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly accessModes?: readonly string[];
    readonly capacity?: { readonly storage?: string };
  };
}

const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

const modesText = (modes: readonly string[] | undefined): string =>
  (modes ?? []).map((mode) => SHORT[mode] ?? mode).join(',');

const phase = ({ metadata, status }: Volume): string =>
  metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating';

const shared: Cells = {
  Status: phase,
  StorageClass: ({ spec }: Volume) => spec?.storageClassName ?? '',
  VolumeAttributesClass: ({ spec }: Volume) => spec?.volumeAttributesClassName ?? '<unset>',
  VolumeMode: ({ spec }: Volume) => spec?.volumeMode ?? '<unset>',
};

const bound = ({ spec }: Volume): boolean => (spec?.volumeName ?? '') !== '';

export const claimCells: Cells = {
  ...shared,
  Volume: ({ spec }: Volume) => spec?.volumeName ?? '',
  Capacity: (claim: Volume) => (bound(claim) ? (claim.status?.capacity?.storage ?? '0') : ''),
  'Access Modes': (claim: Volume) => (bound(claim) ? modesText(claim.status?.accessModes) : ''),
};

export const volumeCells: Cells = {
  ...shared,
  Capacity: ({ spec }: Volume) => spec?.capacity?.storage ?? '0',
  'Access Modes': ({ spec }: Volume) => modesText(spec?.accessModes),
  'Reclaim Policy': ({ spec }: Volume) => spec?.persistentVolumeReclaimPolicy ?? '',
  Claim: ({ spec }: Volume) =>
    spec?.claimRef === undefined ? '' : `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}`,
  Reason: ({ status }: Volume) => status?.reason ?? '',
};
