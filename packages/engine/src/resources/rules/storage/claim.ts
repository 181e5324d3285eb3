import type { KubeObject, LabelSelector } from '@fairlead/kube';
import { equalJson } from '../../../schema/json.ts';
import { Place } from '../../../schema/place.ts';
import {
  compareQuantity,
  parseQuantity,
  type Quantity,
  quantityMilliValue,
} from '../../../schema/quantity.ts';
import { dnsLabel, dnsSubdomain } from '../../formats.ts';
import type { Rules } from '../../rules.ts';
import { printedDiff } from '../printed.ts';
import { judgeLabelSelector } from '../selector.ts';

interface Claim extends KubeObject {
  readonly spec?: ClaimSpec;
  readonly status?: {
    readonly phase?: string;
    readonly capacity?: Amounts;
    readonly currentVolumeAttributesClassName?: string;
  };
}

type Amounts = Readonly<Record<string, string>>;

export interface ClaimSpec {
  readonly accessModes?: readonly string[];
  readonly selector?: LabelSelector;
  readonly resources?: { readonly requests?: Amounts; readonly limits?: Amounts };
  readonly storageClassName?: string;
  readonly volumeAttributesClassName?: string;
  readonly volumeMode?: string;
  readonly volumeName?: string;
  readonly dataSource?: Source;
  readonly dataSourceRef?: Source;
}

interface Source {
  readonly apiGroup?: string | null;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];
const CLASS = 'volume.beta.kubernetes.io/storage-class';
export const ZERO: Quantity = { unscaled: 0n, scale: 0, format: 'DecimalSI' };

export const quantityOf = (text: string | undefined): Quantity =>
  (text === undefined ? undefined : parseQuantity(text)) ?? ZERO;

/** What is asked for of a volume; also in the template of one. */
export const judgeClaimSpec = (spec: ClaimSpec, at: Place): void => {
  const {
    accessModes = [],
    storageClassName: name = '',
    volumeMode,
    volumeAttributesClassName: attributes = '',
  } = spec;
  if (accessModes.length === 0) at.field('accessModes').required('at least 1 access mode is required');
  judgeLabelSelector(spec.selector, at.field('selector'));
  judgeModes(accessModes, at.field('accessModes'));
  judgeSize(spec.resources?.requests?.storage, at.field('resources').key('storage'));
  if (name !== '') at.field('storageClassName').faults(name, dnsSubdomain(name));
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) {
    at.field('volumeMode').unsupported(volumeMode, VOLUME_MODES);
  }
  judgeSources(spec, at);
  if (attributes !== '') at.field('volumeAttributesClassName').faults(attributes, dnsSubdomain(attributes));
};

export const judgeModes = (modes: readonly string[], at: Place): void => {
  for (const mode of modes) if (!MODES.includes(mode)) at.unsupported(mode, MODES);
  const known = modes.filter((mode) => MODES.includes(mode));
  const alone = known.filter((mode) => mode === 'ReadWriteOncePod');
  if (alone.length === 0 || alone.length === known.length) return;
  at.forbidden('may not use ReadWriteOncePod with other access modes');
};

const judgeSize = (size: string | undefined, at: Place): void => {
  if (size === undefined) at.required();
  else if (compareQuantity(quantityOf(size), ZERO) <= 0) at.invalid(size, 'must be greater than zero');
};

const judgeSources = ({ dataSource, dataSourceRef }: ClaimSpec, at: Place): void => {
  if (dataSource !== undefined) judgeSource(dataSource, at.field('dataSource'));
  if (dataSourceRef === undefined) return;
  judgeSource(dataSourceRef, at.field('dataSourceRef'));
  const { namespace = '', ...ref } = dataSourceRef;
  if (namespace !== '') at.field('dataSourceRef').field('namespace').faults(namespace, dnsLabel(namespace));
  if (dataSource === undefined) return;
  // Kubernetes shows the path in place of the value: an object without fields.
  if (namespace !== '') at.invalid({}, 'may not be specified when dataSourceRef.namespace is specified');
  else if (!equalJson(dataSource, ref)) at.invalid({}, 'must match dataSourceRef');
};

const judgeSource = ({ apiGroup: given, kind = '', name = '' }: Source, at: Place): void => {
  const apiGroup = given ?? '';
  if (name === '') at.field('name').required();
  if (kind === '') at.field('kind').required();
  if (apiGroup !== '') at.field('apiGroup').faults(apiGroup, dnsSubdomain(apiGroup));
  else if (kind !== 'PersistentVolumeClaim') {
    at.invalid(kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
  }
};

/** Nothing but the size of a bound claim, and the class of its attributes, may change; and the volume is found once. */
const judgeChange = (next: Claim, old: Claim, root: Place): void => {
  judgeClassAnnotation(next, old, root);
  const at = root.field('spec');
  const [now, before] = [comparable(next, old, next), comparable(next, old, old)];
  if (!equalJson(now, before)) {
    const why =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    at.forbidden(`${why}\n${printedDiff('core.PersistentVolumeClaimSpec', before, now)}`);
  }
  judgeShrinking(next, old, at.field('resources').field('requests').field('storage'));
  if (next.spec?.volumeMode !== old.spec?.volumeMode) {
    root.field('volumeMode').invalid(next.spec?.volumeMode, 'field is immutable');
  }
  judgeAttributes(next, old, at.field('volumeAttributesClassName'));
};

const classOf = ({ metadata }: Claim): string | undefined => metadata.annotations?.[CLASS];

const judgeClassAnnotation = (next: Claim, old: Claim, root: Place): void => {
  const moved = old.spec?.storageClassName === undefined && next.spec?.storageClassName === classOf(old);
  if (moved && classOf(old) !== undefined) return;
  if ((classOf(next) ?? '') === (classOf(old) ?? '')) return;
  root
    .field('metadata')
    .field('annotations')
    .field(CLASS)
    .invalid(classOf(next) ?? '', 'field is immutable');
};

/** A spec with what may be told later as it is told now. */
const comparable = (next: Claim, old: Claim, { spec = {} }: Claim): ClaimSpec => {
  const { resources, ...rest } = spec;
  const isBound = next.status?.phase === 'Bound';
  const storage = (isBound ? old : { spec }).spec?.resources?.requests?.storage;
  const requests = resources?.requests && { ...resources.requests, ...(storage && { storage }) };
  const isFirstVolume = (old.spec?.volumeName ?? '') === '';
  const isFirstClass = old.spec?.storageClassName === undefined && next.spec?.storageClassName !== undefined;
  return {
    ...rest,
    resources: { ...resources, ...(requests && { requests }) },
    ...(isFirstVolume && { volumeName: next.spec?.volumeName }),
    ...(isFirstClass && { storageClassName: undefined }),
    ...(isBound && { volumeAttributesClassName: undefined }),
  };
};

/** Down to what there is already, so that a growth that failed can be taken back. */
const judgeShrinking = (next: Claim, old: Claim, at: Place): void => {
  const [now, before] = [next, old].map(({ spec }) => quantityOf(spec?.resources?.requests?.storage)) as [
    Quantity,
    Quantity,
  ];
  if (compareQuantity(now, before) >= 0) return;
  if (compareQuantity(now, quantityOf(old.status?.capacity?.storage)) > 0) return;
  at.forbidden('field can not be less than status.capacity');
};

const judgeAttributes = (next: Claim, old: Claim, at: Place): void => {
  const name = next.spec?.volumeAttributesClassName;
  if (
    name === old.spec?.volumeAttributesClassName ||
    old.status?.currentVolumeAttributesClassName === undefined
  ) {
    return;
  }
  if (name !== undefined && name !== '') return;
  const what = name === undefined ? 'nil' : 'empty string';
  at.forbidden(`update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`);
};

const SNAPSHOT = 'snapshot.storage.k8s.io';

const isKnownSource = ({ apiGroup, kind }: Source): boolean =>
  (kind === 'PersistentVolumeClaim' && (apiGroup ?? '') === '') ||
  (kind === 'VolumeSnapshot' && apiGroup === SNAPSHOT);

/** Two fields say where the content comes from; an older one that says something unheard of says nothing. */
const withBothSources = (next: Claim, old?: Claim): Claim => {
  const { dataSource, dataSourceRef: asked, ...rest } = next.spec ?? {};
  const had = old?.spec?.dataSource !== undefined || old?.spec?.dataSourceRef !== undefined;
  const dataSourceRef =
    (asked?.namespace ?? '') !== '' && old?.spec?.dataSourceRef === undefined ? undefined : asked;
  if (dataSource === undefined && asked === undefined) return next;
  const kept =
    dataSource !== undefined && (had || dataSourceRef !== undefined || isKnownSource(dataSource))
      ? dataSource
      : undefined;
  const { namespace = '', ...local } = dataSourceRef ?? {};
  const source = kept ?? (dataSourceRef === undefined || namespace !== '' ? undefined : local);
  const ref = dataSourceRef ?? kept;
  const spec = { ...rest, ...(source && { dataSource: source }), ...(ref && { dataSourceRef: ref }) };
  return { ...next, spec };
};

const fractions = (spec: ClaimSpec): string[] =>
  (['requests', 'limits'] as const).flatMap((side) => {
    const size = spec.resources?.[side]?.storage;
    if (size === undefined || quantityMilliValue(quantityOf(size)) % 1000n === 0n) return [];
    return [
      `spec.resources.${side}[storage]: fractional byte value ${JSON.stringify(size)} is invalid, must be an integer`,
    ];
  });

/** A wish for a volume. A change is looked at twice, as in Kubernetes. */
export const claimRules: Rules = {
  complete: true,
  looks: ['whole', 'change', 'whole'],
  create: (claim: Claim): Claim => ({ ...withBothSources(claim), status: { phase: 'Pending' } }),
  update: (next: Claim, old: Claim) => withBothSources(next, old),
  validate(next: Claim, old: Claim | undefined) {
    const at = new Place();
    judgeClaimSpec(next.spec ?? {}, at.field('spec'));
    if (old === undefined) return at.found;
    judgeClaimSpec(next.spec ?? {}, at.field('spec'));
    judgeChange(next, old, at);
    return at.found;
  },
  warnings: (claim: Claim) => [
    ...(classOf(claim) === undefined
      ? []
      : [`metadata.annotations[${CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`]),
    ...fractions(claim.spec ?? {}),
  ],
};
