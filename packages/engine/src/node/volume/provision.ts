import {
  type Cache,
  createRecorder,
  done,
  isAlreadyExists,
  isNotFound,
  type ObjectName,
  type Outcome,
  persistentVolumeClaims,
  persistentVolumes,
  startController,
  storageClasses,
  watch,
} from '@fairlead/kube';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeVolume } from './claim.ts';
import {
  desiredVolume,
  folderClass,
  isToGo,
  provisioner as provisionerName,
  volumeNameOf,
  wantsFolder,
} from './folder-volume.ts';

export interface ProvisionOptions {
  readonly cache: Cache;
  readonly nodeName: string;
  /** Where volumes are made, one folder each. */
  readonly folder: string;
  readonly onError: (error: unknown, what: string) => void;
}

/**
 * Makes folders for claims of the node's own storage class, and removes them when their claims have gone.
 * Who binds the two is the same controller as for any other volume.
 */
export function startProvisioner(options: ProvisionOptions): { close(): Promise<void> } {
  const { cache, onError } = options;
  void ensureClass(options).catch((error: unknown) => onError(error, 'the storage class'));
  const onPass: Parameters<typeof startController>[0]['onPass'] = ({ outcome, key }) => {
    if (outcome.kind === 'failed') onError(outcome.error, `the volume of ${key}`);
  };
  const common = { cache, onPass };
  const all = cache.informer(persistentVolumeClaims);
  const ofClass = watch({
    kind: storageClasses,
    map: () => all.list().map(({ metadata }): ObjectName => metadata),
  });
  const gone = watch({
    kind: persistentVolumeClaims,
    map: (claim) => [{ name: volumeNameOf(claim) }],
    when: ({ after }) => after === undefined,
  });
  const provisioner = startController({
    ...common,
    name: 'folder-provisioner',
    for: persistentVolumeClaims,
    watches: [ofClass],
    reconcile: (name) => reconcileClaim(options, name),
  });
  const reclaimer = startController({
    ...common,
    name: 'folder-reclaimer',
    for: persistentVolumes,
    watches: [gone],
    reconcile: (name) => reconcileVolume(options, name),
  });
  return { close: async () => void (await Promise.all([provisioner.close(), reclaimer.close()])) };
}

/** Made once; what an operator does to it afterwards stays. */
async function ensureClass({ cache }: ProvisionOptions): Promise<void> {
  const classes = cache.informer(storageClasses);
  await classes.synced;
  const isDefault = !classes
    .list()
    .some(({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true');
  if (classes.get('folder') !== undefined) return;
  await cache.client
    .resource(storageClasses)
    .create(folderClass(isDefault))
    .catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
}

/** A claim gets a volume, once. */
async function reconcileClaim(options: ProvisionOptions, name: ObjectName): Promise<Outcome> {
  const { cache, nodeName, folder } = options;
  const claim = cache.informer(persistentVolumeClaims).get(name);
  const storageClass = cache.informer(storageClasses).get(claim?.spec.storageClassName ?? '');
  if (claim === undefined || storageClass === undefined) return done;
  if (!wantsFolder(claim, { storageClass, nodeName })) return done;
  const { client, clock } = cache;
  const recorder = createRecorder({ client, clock, component: provisionerName, host: nodeName });
  if (claim.spec.volumeMode === 'Block') {
    const message = `failed to provision volume with StorageClass "${storageClass.metadata.name}": block volumes are not served`;
    await recorder.record(claim, { type: 'Warning', reason: 'ProvisioningFailed', message });
    return done;
  }
  const volume = desiredVolume({ claim, storageClass, nodeName, folder });
  await makeVolume(join(folder, volume.metadata.name ?? ''));
  try {
    await client.resource(persistentVolumes).create(volume);
  } catch (error) {
    if (isAlreadyExists(error)) return done;
    throw error;
  }
  const message = `Successfully provisioned volume ${volume.metadata.name}`;
  await recorder.record(claim, { type: 'Normal', reason: 'ProvisioningSucceeded', message });
  return done;
}

/** The folder goes before the object: what is still named may be looked for again. */
async function reconcileVolume(options: ProvisionOptions, name: ObjectName): Promise<Outcome> {
  const { cache, nodeName, folder } = options;
  const volume = cache.informer(persistentVolumes).get(name);
  const { claimRef } = volume?.spec ?? {};
  if (volume === undefined || claimRef?.name === undefined) return done;
  const claims = cache.client.resource(persistentVolumeClaims);
  // Asked of the server: a claim that this node does not know yet is not one that has gone.
  const claim = await claims.find({ namespace: claimRef.namespace ?? '', name: claimRef.name });
  if (!isToGo(volume, { nodeName, claim })) return done;
  await rm(join(folder, volume.metadata.name), { recursive: true, force: true });
  const { uid } = volume.metadata;
  await cache.client
    .resource(persistentVolumes)
    .delete(volume.metadata, uid === undefined ? {} : { preconditions: { uid } })
    .catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  return done;
}
