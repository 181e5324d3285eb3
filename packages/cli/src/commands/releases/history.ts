import type { App, Release } from '@fairlead/api';
import type { Client } from '@fairlead/kube';
import { releases } from '../../kinds.ts';

/** The releases of an app, oldest first. */
export const historyOf = async (client: Client, { metadata }: App): Promise<Release[]> => {
  const { items } = await client
    .resource(releases)
    .list({ namespace: metadata.namespace ?? 'default', labelSelector: `fairlead.dev/app=${metadata.name}` });
  return items.toSorted((a, b) => a.spec.version - b.spec.version);
};
