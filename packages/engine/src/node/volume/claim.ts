import { type Client, persistentVolumeClaims, persistentVolumes, type Pod } from '@fairlead/kube';
import { chmod, mkdir } from 'node:fs/promises';
import { type AllowedPaths, openHostPath } from './host-path.ts';
import { notMounted } from './volumes.ts';

export interface ClaimOrder {
  readonly client: Client;
  readonly pod: Pod;
  readonly claimName: string;
  readonly allowed: AllowedPaths;
  /** Where the node itself makes volumes. */
  readonly folder: string;
}

/** Whoever the containers run as that mount it. */
export async function makeVolume(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o777);
}

/** The folder of the volume that a claim is bound to. Rejects with `BlockedError` while there is none. */
export async function openClaim({ client, pod, claimName, allowed, folder }: ClaimOrder): Promise<string> {
  const namespace = pod.metadata.namespace ?? 'default';
  const failed = (why: string) => notMounted(`error processing PVC ${namespace}/${claimName}: ${why}`);
  const claim = await client.resource(persistentVolumeClaims).find({ namespace, name: claimName });
  if (claim === undefined) throw failed(`persistentvolumeclaims "${claimName}" not found`);
  const { volumeName = '' } = claim.spec;
  if (claim.status?.phase !== 'Bound' || volumeName === '') throw failed('PVC is not bound');
  const volume = await client.resource(persistentVolumes).find({ name: volumeName });
  if (volume === undefined) throw failed(`persistentvolumes "${volumeName}" not found`);
  if (volume.spec.claimRef?.uid !== claim.metadata.uid) {
    throw failed('PV is not bound to this claim');
  }
  const { local, hostPath, volumeMode } = volume.spec;
  const source = local ?? hostPath;
  if (volumeMode === 'Block') throw failed('block devices are not served by this node');
  if (source === undefined) throw failed(`the kind of volume ${volumeName} is not served by this node`);
  if (source.path === `${folder}/${volumeName}`) await makeVolume(source.path);
  return openHostPath({ ...hostPath, path: source.path }, [...allowed, folder]);
}
