import type { KubeObject } from '@fairlead/kube';
import { equalJson } from '../../../schema/json.ts';
import { Place } from '../../../schema/place.ts';
import { compareQuantity, quantityValue } from '../../../schema/quantity.ts';
import { dnsSubdomain } from '../../formats.ts';
import type { Rules } from '../../rules.ts';
import { judgeNodeSelector, type NodeSelector } from '../pod/affinity.ts';
import { printed, printedDiff } from '../printed.ts';
import { judgeModes, quantityOf, VOLUME_MODES, ZERO } from './claim.ts';
import { judgeVolumeSource, SOURCES, TAKES_MOUNT_OPTIONS, type VolumeSources } from './volume-sources.ts';

interface VolumeSpec extends VolumeSources {
  readonly capacity?: Readonly<Record<string, string>>;
  readonly accessModes?: readonly string[] | null;
  readonly persistentVolumeReclaimPolicy?: string;
  readonly nodeAffinity?: { readonly required?: NodeSelector };
  readonly storageClassName?: string;
  readonly volumeMode?: string;
  readonly volumeAttributesClassName?: string;
}

interface Volume extends KubeObject {
  readonly spec?: VolumeSpec;
  readonly status?: { readonly phase?: string; readonly lastPhaseTransitionTime?: string };
}

const POLICIES = ['Delete', 'Recycle', 'Retain'];

const judgeSpec = (spec: VolumeSpec, at: Place): void => {
  const { accessModes, capacity, nodeAffinity, storageClassName = '', volumeMode } = spec;
  if ((accessModes ?? []).length === 0) at.field('accessModes').required();
  judgeModes(accessModes ?? [], at.field('accessModes'));
  judgeCapacity(capacity, at.field('capacity'));
  const { persistentVolumeReclaimPolicy: policy = '' } = spec;
  const here = at.field('persistentVolumeReclaimPolicy');
  if (policy !== '' && !POLICIES.includes(policy)) here.unsupported(policy, POLICIES);
  if (nodeAffinity !== undefined) judgeNodes(nodeAffinity, at.field('nodeAffinity'));
  judgeVolumeSource(spec, nodeAffinity !== undefined, at);
  if (policy === 'Recycle' && isRoot(spec.hostPath?.path)) {
    here.forbidden("may not be 'recycle' for a hostPath mount of '/'");
  }
  if (storageClassName !== '') {
    at.field('storageClassName').faults(storageClassName, dnsSubdomain(storageClassName));
  }
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) {
    at.field('volumeMode').unsupported(volumeMode, VOLUME_MODES);
  }
  judgeAttributes(spec, at);
};

const isRoot = (path: string | undefined): boolean => path !== undefined && /^\/[./]*$/.test(path);

const judgeCapacity = (capacity: VolumeSpec['capacity'], at: Place): void => {
  const amounts = Object.entries(capacity ?? {});
  if (amounts.length === 0) at.required();
  if (capacity?.storage === undefined || amounts.length > 1) at.unsupported(capacity ?? null, ['storage']);
  for (const [name, amount] of amounts) {
    const here = at.key(name);
    const value = quantityValue(quantityOf(amount));
    if (value < 0n) here.invalid(Number(value), 'must be a valid resource quantity');
    if (compareQuantity(quantityOf(amount), ZERO) <= 0) here.invalid(amount, 'must be greater than zero');
  }
};

const judgeNodes = ({ required }: NonNullable<VolumeSpec['nodeAffinity']>, at: Place): void => {
  if (required === undefined) at.field('required').required('must specify required node constraints');
  else judgeNodeSelector(required, at.field('required'));
};

const judgeAttributes = ({ volumeAttributesClassName: name, csi }: VolumeSpec, at: Place): void => {
  if (name === undefined) return;
  const here = at.field('volumeAttributesClassName');
  if (name === '') here.required('an empty string is disallowed');
  else here.faults(name, dnsSubdomain(name));
  if (csi === undefined) {
    at.field('csi').required('has to be specified when using volumeAttributesClassName');
  }
};

const MOUNT_OPTIONS = 'volume.beta.kubernetes.io/mount-options';

const judgeMountOptions = ({ metadata, spec = {} }: Volume, root: Place): void => {
  if (metadata.annotations?.[MOUNT_OPTIONS] === undefined) return;
  if (TAKES_MOUNT_OPTIONS.some((source) => spec[source] !== undefined)) return;
  const at = root.field('metadata').field('annotations').field(MOUNT_OPTIONS);
  at.forbidden('may not specify mount options for this volume type');
};

const sourcesOf = (spec: VolumeSpec): object =>
  Object.fromEntries(SOURCES.flatMap(([name]) => (spec[name] === undefined ? [] : [[name, spec[name]]])));

/** The secret by which a driver makes it larger may be told later. */
const withoutNewSecret = ({ csi, ...rest }: VolumeSpec, old: VolumeSpec): VolumeSpec => {
  if (csi === undefined || old.csi === undefined || old.csi.controllerExpandSecretRef !== undefined) {
    return { ...rest, ...(csi && { csi }) };
  }
  const { controllerExpandSecretRef: _, ...kept } = csi;
  return { ...rest, csi: kept };
};

const judgeChange = (next: VolumeSpec, old: VolumeSpec, root: Place): void => {
  const [before, now] = [sourcesOf(old), sourcesOf(withoutNewSecret(next, old))];
  if (!equalJson(before, now)) {
    const why = 'spec.persistentvolumesource is immutable after creation';
    const diff = printedDiff('core.PersistentVolumeSource', before, now);
    root.field('spec').field('persistentvolumesource').forbidden(`${why}\n${diff}`);
  }
  if (next.volumeMode !== old.volumeMode) {
    root.field('volumeMode').invalid(next.volumeMode ?? null, 'field is immutable');
  }
  if (old.nodeAffinity !== undefined && !equalJson(next.nodeAffinity, old.nodeAffinity)) {
    const shown = next.nodeAffinity && printed('core.VolumeNodeAffinity', next.nodeAffinity);
    const why = 'field is immutable, except for updating from beta label to GA';
    root.field('nodeAffinity').invalid(shown ?? null, why);
  }
  if (old.volumeAttributesClassName !== undefined && next.volumeAttributesClassName === undefined) {
    root
      .field('spec')
      .field('volumeAttributesClassName')
      .forbidden('update from non-nil value to nil is forbidden');
  }
};

/** Kubernetes looks at a volume again for the change, so that every fault of it is told twice. */
const volumeErrors = (volume: Volume, old: Volume | undefined): Place['found'] => {
  const root = new Place();
  const { spec = {} } = volume;
  judgeSpec(spec, root.field('spec'));
  judgeMountOptions(volume, root);
  if (old === undefined) return root.found;
  judgeSpec(spec, root.field('spec'));
  judgeChange(spec, old.spec ?? {}, root);
  return root.found;
};

/** As long ago as the newest entry of its writers: they are noted before. */
const lastWrite = ({ metadata }: Volume): string | undefined =>
  (metadata.managedFields ?? [])
    .map(({ time }) => time ?? '')
    .concat(metadata.creationTimestamp ?? '')
    .sort()
    .at(-1);

/** A phase has a time since when. */
const withTransition = (volume: Volume, old: Volume): Volume => {
  const [now, before] = [volume.status ?? {}, old.status ?? {}];
  const { lastPhaseTransitionTime: said } = now;
  const isSame = now.phase === before.phase;
  if (isSame ? said !== undefined : said !== undefined && said !== before.lastPhaseTransitionTime)
    return volume;
  const time = isSame ? before.lastPhaseTransitionTime : lastWrite(volume);
  return { ...volume, status: { ...now, ...(time !== undefined && { lastPhaseTransitionTime: time }) } };
};

const DEPRECATED: Readonly<Record<string, string>> = {
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

const RECYCLE =
  'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.';

const volumeWarnings = ({ spec = {} }: Volume): string[] => [
  ...(spec.persistentVolumeReclaimPolicy === 'Recycle' ? [RECYCLE] : []),
  ...Object.entries(DEPRECATED)
    .filter(([source]) => spec[source as keyof VolumeSpec] !== undefined)
    .map(([source, why]) => `spec.${source === 'storageos' ? 'storageOS' : source}: ${why}`),
];

/** A piece of storage that there is. */
export const volumeRules: Rules = {
  complete: true,
  looks: ['whole', 'whole'],
  validate: volumeErrors,
  create: (volume: Volume): Volume => ({
    ...volume,
    status: { phase: 'Pending', lastPhaseTransitionTime: volume.metadata.creationTimestamp as string },
  }),
  warnings: volumeWarnings,
  parts: { status: { update: withTransition } },
};
