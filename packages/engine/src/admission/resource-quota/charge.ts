import type { Clock } from '@fairlead/kube';
import { resetFields } from '../../apply/reset-fields.ts';
import { trackUpdate } from '../../apply/update.ts';
import { timestamp } from '../../http/metadata.ts';
import { encodeObject } from '../../http/write.ts';
import { type Amounts, renderAmounts } from '../../quota/amounts.ts';
import type { ResourceQuota } from '../../quota/quota.ts';
import { keyOf, keyPrefixOf } from '../../resources/registry.ts';
import { declaredOrder } from '../../schema/member-order.ts';
import type { Schema } from '../../schema/structural.ts';
import type { Alongside } from '../chain.ts';

const QUOTAS = keyPrefixOf('', 'resourcequotas');
const STATUS = resetFields({ status: true, subresource: 'status' });

/** What a charge is written with. */
export interface Means {
  readonly clock: Clock;
  /** The structure of a quota. */
  readonly schema: () => Schema;
}

/** Writes what is used now into the quota's status, in the name of the API server. */
export const charge =
  (quota: ResourceQuota, used: Amounts, { clock, schema }: Means): Alongside =>
  (store) => {
    const { name, namespace = '' } = quota.metadata;
    const next = { ...quota, status: { ...quota.status, used: renderAmounts(used) } };
    const owned = trackUpdate({
      schema: schema(),
      live: quota,
      next,
      manager: 'kube-apiserver',
      apiVersion: 'v1',
      subresource: 'status',
      now: timestamp(clock.now()),
      reset: STATUS,
    });
    // When it fails, the write it belongs to fails with it, and says so.
    store.put(keyOf(QUOTAS, namespace, name), encodeObject(owned, declaredOrder(schema()))).catch(() => {});
  };
