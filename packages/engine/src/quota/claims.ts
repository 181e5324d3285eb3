import type { KubeObject } from '@fairlead/kube';
import { compareQuantity, parseQuantity, type Quantity, quantityValue } from '../schema/quantity.ts';
import { type Amounts, type ResourceList, scalar } from './amounts.ts';
import type { Measure } from './measure.ts';
import { fitsNames } from './quota.ts';

interface Claim extends KubeObject {
  readonly spec?: {
    readonly storageClassName?: string;
    readonly volumeAttributesClassName?: string;
    readonly resources?: { readonly requests?: ResourceList };
  };
  readonly status?: {
    readonly allocatedResources?: ResourceList;
    readonly currentVolumeAttributesClassName?: string;
    readonly modifyVolumeStatus?: { readonly targetVolumeAttributesClassName?: string };
  };
}

const NAMES = ['persistentvolumeclaims', 'requests.storage'];
const BY_CLASS = '.storageclass.storage.k8s.io/';

export const claims: Measure = {
  counts: (name) =>
    name === 'count/persistentvolumeclaims' ||
    NAMES.includes(name) ||
    NAMES.some((one) => name.endsWith(`${BY_CLASS}${one}`)),
  fits: (scope, claim: Claim) =>
    scope.scopeName === 'VolumeAttributesClass' && fitsNames(scope, attributeClasses(claim)),
  grows: ({ subresource }) => subresource === '' || subresource === 'status',
  usage(claim: Claim): Amounts {
    const storage = storageOf(claim);
    const usage: [string, Quantity][] = [
      ['persistentvolumeclaims', scalar(1)],
      ...(storage === undefined ? [] : [['requests.storage', storage] as [string, Quantity]]),
    ];
    const name = classOf(claim);
    const byClass = usage.map(([what, amount]) => [`${name}${BY_CLASS}${what}`, amount] as const);
    return new Map([['count/persistentvolumeclaims', scalar(1)], ...usage, ...(name === '' ? [] : byClass)]);
  },
};

const classOf = ({ metadata, spec }: Claim): string =>
  metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? '';

/** In whole bytes. While a claim is being shrunk again, what it had got still counts. */
const storageOf = ({ spec, status }: Claim): Quantity | undefined => {
  const asked = parseQuantity(spec?.resources?.requests?.storage ?? '');
  const allocated = parseQuantity(status?.allocatedResources?.storage ?? '');
  if (asked === undefined) return undefined;
  const most = allocated !== undefined && compareQuantity(allocated, asked) > 0 ? allocated : asked;
  return most.scale <= 0 ? most : { unscaled: quantityValue(most), scale: 0, format: most.format };
};

const attributeClasses = ({ spec, status }: Claim): readonly string[] =>
  [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ]
    .filter((name) => name !== undefined)
    .filter((name) => name !== '');
