import type { Place } from '../../../schema/place.ts';
import { hasBacksteps, judgeDescendingPath } from './paths.ts';
import type { Volume } from './volumes.ts';

/** Where a volume is in a container. */
export interface Mount {
  readonly name?: string;
  readonly mountPath?: string;
  readonly subPath?: string;
  readonly subPathExpr?: string;
  readonly mountPropagation?: string;
  readonly readOnly?: boolean;
  readonly recursiveReadOnly?: string;
}

/** A volume that a container gets as a block device. */
export interface Device {
  readonly name?: string;
  readonly devicePath?: string;
}

interface Mounting {
  readonly volumeMounts?: readonly Mount[];
  readonly volumeDevices?: readonly Device[];
  readonly securityContext?: { readonly privileged?: boolean };
}

type Volumes = ReadonlyMap<string, Volume>;

export const judgeMounts = (container: Mounting, volumes: Volumes, at: Place): void => {
  const { volumeMounts = [], volumeDevices = [] } = container;
  const taken = new Set<string>();
  const list = at.field('volumeMounts');
  volumeMounts.forEach((mount, index) => {
    const { name = '', mountPath = '' } = mount;
    const here = list.index(index);
    if (name === '') here.field('name').required();
    if (!volumes.has(name)) here.field('name').notFound(name);
    if (mountPath === '') here.field('mountPath').required();
    if (taken.has(mountPath)) here.field('mountPath').invalid(mountPath, 'must be unique');
    taken.add(mountPath);
    if (volumeDevices.some((device) => (device.name ?? '') === name)) {
      here.field('name').invalid(name, 'must not already exist in volumeDevices');
    }
    if (volumeDevices.some(({ devicePath = '' }) => devicePath === mountPath)) {
      here.field('mountPath').invalid(mountPath, 'must not already exist as a path in volumeDevices');
    }
    judgeSubPaths(mount, list, here);
    judgePropagation(mount, container, list);
  });
  judgeDevices(container, volumes, at.field('volumeDevices'));
};

/** Kubernetes leaves the mount's number out of these paths. */
const judgeSubPaths = ({ subPath = '', subPathExpr = '' }: Mount, list: Place, at: Place): void => {
  if (subPath !== '') judgeDescendingPath(subPath, list.field('subPath'));
  if (subPathExpr === '') return;
  if (subPath !== '') {
    at.field('subPathExpr').invalid(subPathExpr, 'subPathExpr and subPath are mutually exclusive');
  }
  judgeDescendingPath(subPathExpr, list.field('subPathExpr'));
};

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE = ['Disabled', 'Enabled', 'IfPossible'];

const judgePropagation = (mount: Mount, { securityContext }: Mounting, list: Place): void => {
  const { mountPropagation: propagation, recursiveReadOnly: recursive, readOnly } = mount;
  const here = list.field('mountPropagation');
  if (propagation !== undefined && !PROPAGATIONS.includes(propagation)) {
    here.unsupported(propagation, PROPAGATIONS);
  }
  if (propagation === 'Bidirectional' && securityContext?.privileged !== true) {
    here.forbidden('Bidirectional mount propagation is available only to privileged containers');
  }
  if (recursive === undefined || recursive === 'Disabled') return;
  const there = list.field('recursiveReadOnly');
  if (!RECURSIVE.includes(recursive)) return there.unsupported(recursive, RECURSIVE);
  if (readOnly !== true) there.forbidden('may only be specified when readOnly is true');
  if (propagation !== undefined && propagation !== 'None') {
    there.forbidden('may only be specified when mountPropagation is None or not specified');
  }
};

const judgeDevices = (
  { volumeMounts = [], volumeDevices = [] }: Mounting,
  volumes: Volumes,
  at: Place,
): void => {
  const names = new Set<string>();
  const paths = new Set<string>();
  volumeDevices.forEach(({ name = '', devicePath = '' }, index) => {
    const [nameAt, pathAt] = [at.index(index).field('name'), at.index(index).field('devicePath')];
    if (name === '') nameAt.required();
    if (names.has(name)) nameAt.invalid(name, 'must be unique');
    judgeDeviceVolume(name, volumes, nameAt);
    if (devicePath === '') pathAt.required();
    if (paths.has(devicePath)) pathAt.invalid(devicePath, 'must be unique');
    if (hasBacksteps(devicePath)) pathAt.invalid(devicePath, "can not contain backsteps ('..')");
    else paths.add(devicePath);
    if (volumeMounts.some((mount) => (mount.name ?? '') === name)) {
      nameAt.invalid(name, 'must not already exist in volumeMounts');
    }
    if (volumeMounts.some(({ mountPath = '' }) => mountPath === devicePath)) {
      pathAt.invalid(devicePath, 'must not already exist as a path in volumeMounts');
    }
    if (name !== '') names.add(name);
  });
};

const judgeDeviceVolume = (name: string, volumes: Volumes, at: Place): void => {
  const volume = volumes.get(name);
  if (volume === undefined) return at.notFound(name);
  if (volume.persistentVolumeClaim || volume.ephemeral) return;
  const why = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
  at.invalid(name, why);
};
