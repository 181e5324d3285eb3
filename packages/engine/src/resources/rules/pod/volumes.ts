import { type Place } from '../../../schema/place.ts';
import { dnsLabel, dnsSubdomain } from '../../formats.ts';
import { judgeProjected, type Projected } from './projected.ts';
import { type ConfigMapSource, type DownwardApi, judgeConfigMap, judgeDownwardApi } from './volume-files.ts';
import { judgeMode, judgeNoBacksteps } from './paths.ts';

export interface Volume extends VolumeSource {
  readonly name?: string;
}

interface VolumeSource {
  readonly emptyDir?: { readonly sizeLimit?: string };
  readonly hostPath?: HostPath;
  readonly secret?: SecretSource;
  readonly nfs?: { readonly server?: string; readonly path?: string };
  readonly persistentVolumeClaim?: { readonly claimName?: string };
  readonly downwardAPI?: DownwardApi;
  readonly configMap?: ConfigMapSource;
  readonly projected?: Projected;
  readonly csi?: CsiSource;
  readonly ephemeral?: { readonly volumeClaimTemplate?: object };
}

interface HostPath {
  readonly path?: string;
  readonly type?: string;
}

interface SecretSource extends Omit<ConfigMapSource, 'name'> {
  readonly secretName?: string;
}

interface CsiSource {
  readonly driver?: string;
  readonly nodePublishSecretRef?: { readonly name?: string };
}

/**
 * Volumes have names and one source each.
 *
 * @param pod the pod's name; empty in a template. Claims that are made for a pod are called after it
 * @returns the volumes that can be mounted
 */
export const judgeVolumes = (
  volumes: readonly Volume[],
  pod: string,
  at: Place,
): ReadonlyMap<string, Volume> => {
  const known = new Map<string, Volume>();
  const made = new Set(
    volumes.filter(({ ephemeral }) => ephemeral && pod !== '').map(({ name = '' }) => `${pod}-${name}`),
  );
  volumes.forEach((volume, index) => {
    const { name = '' } = volume;
    const here = at.index(index);
    const before = at.found.length;
    judgeSource(volume, pod, here);
    if (name === '') here.field('name').required();
    else here.field('name').faults(name, dnsLabel(name));
    if (known.has(name)) here.field('name').duplicate(name);
    if (at.found.length === before) known.set(name, volume);
    judgeClaimOfAnother(volume, made, here);
  });
  return known;
};

const judgeClaimOfAnother = (
  { persistentVolumeClaim }: Volume,
  made: ReadonlySet<string>,
  at: Place,
): void => {
  const { claimName = '' } = persistentVolumeClaim ?? {};
  if (!made.has(claimName)) return;
  const here = at.field('persistentVolumeClaim').field('claimName');
  here.invalid(claimName, 'must not reference a PVC that gets created for an ephemeral volume');
};

const judgeSource = (volume: Volume, pod: string, at: Place): void => {
  let found = 0;
  for (const [type, judge, misnamed = type] of SOURCES) {
    const source = (volume as Readonly<Record<string, object | undefined>>)[type];
    if (source === undefined) continue;
    if (found++ > 0) at.field(misnamed).forbidden('may not specify more than 1 volume type');
    else judge(source, at.field(type));
  }
  if (found === 0) at.required('must specify a volume type');
  if (volume.ephemeral && pod !== '' && volume.name) judgeClaimName(volume.name, pod, at.field('name'));
};

const judgeClaimName = (name: string, pod: string, at: Place): void => {
  const claim = `${pod}-${name}`;
  for (const fault of dnsSubdomain(claim)) at.invalid(name, `PVC name ${JSON.stringify(claim)}: ${fault}`);
};

export type Judge = (source: object, at: Place) => void;

/** For sources of which Kubernetes asks little, and of which the drivers are gone. */
export const requiring =
  (...fields: readonly string[]): Judge =>
  (source, at) => {
    for (const field of fields) {
      const value = (source as Readonly<Record<string, unknown>>)[field];
      if (value === undefined || value === '' || (value as readonly unknown[]).length === 0) {
        at.field(field).required();
      }
    }
  };

const judgeEmptyDir = ({ sizeLimit = '' }: { readonly sizeLimit?: string }, at: Place): void => {
  if (!sizeLimit.startsWith('-')) return;
  at.field('sizeLimit').forbidden('SizeLimit field must be a valid resource quantity');
};

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

export const judgeHostPath = ({ path = '', type = '' }: HostPath, at: Place): void => {
  if (path === '') return at.field('path').required();
  judgeNoBacksteps(path, at.field('path'));
  if (!HOST_PATH_TYPES.includes(type)) at.field('type').unsupported(type, HOST_PATH_TYPES);
};

const judgeSecret = ({ secretName = '', defaultMode, items }: SecretSource, at: Place): void => {
  if (secretName === '') at.field('secretName').required();
  judgeMode(defaultMode, at.field('defaultMode'));
  // Its name has been looked at; the files are those of a config map.
  judgeConfigMap({ name: secretName || '-', ...(items && { items }) }, at);
};

export const judgeNfs = ({ server = '', path = '' }: NonNullable<Volume['nfs']>, at: Place): void => {
  if (server === '') at.field('server').required();
  if (path === '') at.field('path').required();
  if (!path.startsWith('/')) at.field('path').invalid(path, 'must be an absolute path');
};

const judgeCsi = ({ driver = '', nodePublishSecretRef }: CsiSource, at: Place): void => {
  const here = at.field('driver');
  if (driver === '') here.required();
  if (driver.length > 63) here.tooLong(63);
  here.faults(driver, dnsSubdomain(driver.toLowerCase()));
  if (nodePublishSecretRef === undefined) return;
  const { name = '' } = nodePublishSecretRef;
  if (name === '') at.field('nodePublishSecretRef').field('name').required();
  else at.field('name').faults(name, dnsSubdomain(name));
};

/** In the order in which Kubernetes looks for them; a second one is refused, some under another name. */
const SOURCES: readonly (readonly [type: string, judge: Judge, misnamed?: string])[] = [
  ['emptyDir', judgeEmptyDir],
  ['hostPath', judgeHostPath],
  ['gitRepo', requiring('repository')],
  ['gcePersistentDisk', requiring('pdName')],
  ['awsElasticBlockStore', requiring('volumeID')],
  ['secret', judgeSecret],
  ['nfs', judgeNfs],
  ['iscsi', requiring('targetPortal', 'iqn')],
  ['glusterfs', requiring('endpoints', 'path')],
  ['flocker', () => undefined],
  ['persistentVolumeClaim', requiring('claimName')],
  ['rbd', requiring('monitors', 'image')],
  ['cinder', requiring('volumeID')],
  ['cephfs', requiring('monitors'), 'cephFS'],
  ['quobyte', requiring('registry', 'volume')],
  ['downwardAPI', judgeDownwardApi, 'downwarAPI'],
  ['fc', () => undefined],
  ['flexVolume', requiring('driver')],
  ['configMap', judgeConfigMap],
  ['azureFile', requiring('secretName', 'shareName')],
  ['vsphereVolume', requiring('volumePath')],
  ['photonPersistentDisk', requiring('pdID')],
  ['portworxVolume', requiring('volumeID')],
  ['azureDisk', requiring('diskName', 'diskURI')],
  ['storageos', () => undefined],
  ['projected', judgeProjected],
  ['scaleIO', requiring('gateway', 'system', 'volumeName')],
  ['csi', judgeCsi],
  ['ephemeral', requiring('volumeClaimTemplate')],
];
