import type { Place } from '../../../schema/place.ts';
import { dnsLabel, dnsSubdomain } from '../../formats.ts';
import { judgeNoBacksteps } from '../pod/paths.ts';
import { type Judge, judgeHostPath, judgeNfs, requiring } from '../pod/volumes.ts';

type Reference = { readonly name?: string; readonly namespace?: string };

interface CsiSource {
  readonly driver?: string;
  readonly volumeHandle?: string;
  readonly controllerPublishSecretRef?: Reference;
  readonly controllerExpandSecretRef?: Reference;
  readonly nodePublishSecretRef?: Reference;
  readonly nodeExpandSecretRef?: Reference;
}

/** Where a persistent volume's bytes are: one of these. */
export type VolumeSources = {
  readonly [source in (typeof SOURCES)[number][0]]?: object;
} & {
  readonly hostPath?: { readonly path?: string };
  readonly csi?: CsiSource;
};

const judgeLocal = ({ path = '' }: { readonly path?: string }, at: Place): void => {
  if (path === '') at.field('path').required();
  else judgeNoBacksteps(path, at.field('path'));
};

const SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const;

const judgeCsi = (source: CsiSource, at: Place): void => {
  const { driver = '', volumeHandle = '' } = source;
  const here = at.field('driver');
  if (driver === '') here.required();
  if (driver.length > 63) here.tooLong(63);
  here.faults(driver, dnsSubdomain(driver.toLowerCase()));
  if (volumeHandle === '') at.field('volumeHandle').required();
  for (const name of SECRETS) {
    const secret = source[name];
    if (secret !== undefined) judgeSecret(secret, at.field(name));
  }
};

const judgeSecret = ({ name = '', namespace = '' }: Reference, at: Place): void => {
  if (name === '') at.field('name').required();
  else at.field('name').faults(name, dnsSubdomain(name));
  if (namespace === '') at.field('namespace').required();
  else at.field('namespace').faults(namespace, dnsLabel(namespace));
};

const unjudged: Judge = () => undefined;

/** In the order in which Kubernetes looks for them; what is asked of it, and its name where that is said otherwise. */
export const SOURCES = [
  ['hostPath', judgeHostPath],
  ['gcePersistentDisk', requiring('pdName'), 'persistentDisk'],
  ['awsElasticBlockStore', requiring('volumeID')],
  ['glusterfs', requiring('endpoints', 'path')],
  ['flocker', unjudged],
  ['nfs', judgeNfs],
  ['rbd', requiring('monitors', 'image')],
  ['quobyte', requiring('registry', 'volume')],
  ['cephfs', requiring('monitors')],
  ['iscsi', requiring('targetPortal', 'iqn')],
  ['cinder', requiring('volumeID')],
  ['fc', unjudged],
  ['flexVolume', requiring('driver')],
  ['azureFile', requiring('secretName', 'shareName')],
  ['vsphereVolume', requiring('volumePath')],
  ['photonPersistentDisk', requiring('pdID')],
  ['portworxVolume', requiring('volumeID')],
  ['azureDisk', requiring('diskName', 'diskURI')],
  ['scaleIO', requiring('gateway', 'system', 'volumeName')],
  ['local', judgeLocal],
  ['storageos', unjudged],
  ['csi', judgeCsi],
] as const satisfies readonly (readonly [name: string, judge: Judge, misnamed?: string])[];

/** Those that are mounted with options of one's own. */
export const TAKES_MOUNT_OPTIONS = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
] as const;

/** One source, and no more. What lies on a node says on which. */
export const judgeVolumeSource = (sources: VolumeSources, isPlaced: boolean, at: Place): void => {
  let found = 0;
  for (const [name, judge, misnamed = name] of SOURCES) {
    const source = sources[name];
    if (source === undefined) continue;
    // One that is driven by a program of the node is counted and never too much.
    if (found++ > 0 && name !== 'flexVolume') {
      at.field(name === 'cephfs' ? 'cephFS' : name).forbidden('may not specify more than 1 volume type');
      continue;
    }
    judge(source, at.field(misnamed));
    if (name === 'local' && !isPlaced)
      at.field('nodeAffinity').required('Local volume requires node affinity');
  }
  if (found === 0) at.required('must specify a volume type');
};
