import type { Desired, PersistentVolume, PersistentVolumeClaim, StorageClass } from '@fairlead/kube';
import { join } from 'node:path';

/** Who makes the volumes of a class, as a StorageClass names it. */
export const provisioner = 'engine.local/folder';

/** Of those that this node made, which one it was. */
const nodeLabel = 'engine.local/node';
const provisionedBy = 'pv.kubernetes.io/provisioned-by';
const selectedNode = 'volume.kubernetes.io/selected-node';

/** The class that claims get which ask for none: a folder of the node's own, gone with its claim. */
export const folderClass = (isDefault: boolean): Desired<StorageClass> => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: 'folder',
    ...(isDefault && { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }),
  },
  provisioner,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
});

/** Whether a claim waits for a volume that this node is to make. */
export function wantsFolder(
  claim: PersistentVolumeClaim,
  { storageClass, nodeName }: { readonly storageClass: StorageClass | undefined; readonly nodeName: string },
): boolean {
  if (storageClass?.provisioner !== provisioner || claim.spec.volumeName) return false;
  if (claim.metadata.deletionTimestamp !== undefined) return false;
  const selected = claim.metadata.annotations?.[selectedNode];
  return storageClass.volumeBindingMode === 'WaitForFirstConsumer'
    ? selected === nodeName
    : (selected ?? nodeName) === nodeName;
}

export interface VolumeOrder {
  readonly claim: PersistentVolumeClaim;
  readonly storageClass: StorageClass;
  readonly nodeName: string;
  /** Where the node makes volumes. */
  readonly folder: string;
}

/** The same for the same claim: made twice, it is one. */
export const volumeNameOf = ({ metadata }: PersistentVolumeClaim): string => `pvc-${metadata.uid}`;

/** The volume for a claim, kept for it from the first. */
export function desiredVolume({
  claim,
  storageClass,
  nodeName,
  folder,
}: VolumeOrder): Desired<PersistentVolume> {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion };
  const hostname = { key: 'kubernetes.io/hostname', operator: 'In', values: [nodeName] } as const;
  const storage = String(claim.spec.resources?.requests?.['storage'] ?? '0');
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: volumeNameOf(claim),
      labels: { [nodeLabel]: nodeName },
      annotations: { [provisionedBy]: provisioner },
    },
    spec: {
      capacity: { storage },
      accessModes: claim.spec.accessModes ?? [],
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: 'Filesystem',
      claimRef,
      local: { path: join(folder, volumeNameOf(claim)) },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
    },
  };
}

/** Whether a volume that this node made is to go: nobody has it any more, and it is not to be kept. */
export function isToGo(
  { metadata, spec, status }: PersistentVolume,
  { nodeName, claim }: { readonly nodeName: string; readonly claim: PersistentVolumeClaim | undefined },
): boolean {
  if (metadata.annotations?.[provisionedBy] !== provisioner) return false;
  if (metadata.labels?.[nodeLabel] !== nodeName || spec.persistentVolumeReclaimPolicy !== 'Delete')
    return false;
  return status?.phase === 'Released' || claim?.metadata.uid !== spec.claimRef?.uid;
}
