import type { KubeObject } from '@fairlead/kube';
import { compareQuantity, parseQuantity } from '../schema/quantity.ts';
import type { Admission } from './chain.ts';
import { isAbout, refusal } from './kinds.ts';
import { type Lister, valuesOf } from './lister.ts';

interface Claim extends KubeObject {
  readonly spec?: {
    readonly storageClassName?: string;
    readonly resources?: { readonly requests?: { readonly storage?: string } };
  };
  readonly status?: { readonly phase?: string };
}

interface StorageClass extends KubeObject {
  readonly allowVolumeExpansion?: boolean;
}

/** A claim may ask for more only when something can give it more. */
export const claimResize = (storageClasses: Lister): Admission => ({
  name: 'PersistentVolumeClaimResize',
  validate(request) {
    const { operation, subresource, object, old } = request;
    if (!isAbout(request, 'persistentvolumeclaims') || operation !== 'UPDATE' || subresource !== '') return;
    const [claim, before] = [object as Claim, old as Claim];
    if (!grows(claim, before)) return;
    if (before.status?.phase !== 'Bound') {
      throw refusal(request, 'Only bound persistent volume claims can be expanded');
    }
    const name = classOf(claim);
    const found: StorageClass | undefined = valuesOf(storageClasses.list('')).find(
      (one) => one.metadata.name === name,
    );
    if (name !== '' && name === classOf(before) && found?.allowVolumeExpansion) return;
    throw refusal(
      request,
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
  },
});

const grows = (claim: Claim, before: Claim): boolean => {
  const [now, then] = [sizeOf(claim), sizeOf(before)];
  return now !== undefined && (then === undefined || compareQuantity(now, then) > 0);
};

const sizeOf = ({ spec }: Claim) => parseQuantity(spec?.resources?.requests?.storage ?? '');

const classOf = ({ metadata, spec }: Claim): string =>
  metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? '';
