import {
  type Controller,
  done,
  isAlreadyExists,
  namespaces,
  type ObjectName,
  type Outcome,
  type ServiceAccount,
  serviceAccounts,
  startController,
  watch,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { isNamespaceTerminating } from '../pods/create.ts';
import type { StartOptions } from '../start.ts';
import { defaultName } from './names.ts';

export function startServiceAccountController({ cache, recorder, onPass }: StartOptions): Controller {
  const namespaceOf = ({ metadata }: ServiceAccount): readonly ObjectName[] =>
    metadata.name === defaultName ? [{ name: metadata.namespace ?? '' }] : [];
  return startController({
    name: 'serviceaccount-controller',
    cache,
    ...(onPass && { onPass }),
    for: namespaces,
    watches: [watch({ kind: serviceAccounts, map: namespaceOf })],
    concurrency: 4,
    reconcile: (name, context) =>
      reconcileServiceAccounts(name, { ...context, recorder: recorder('serviceaccount-controller') }),
  });
}

/** Every namespace has the account that its pods run under when they name none. */
export async function reconcileServiceAccounts(
  { name }: ObjectName,
  { cache, client }: ControllerContext,
): Promise<Outcome> {
  const namespace = cache.informer(namespaces).get(name);
  if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return done;
  const metadata = { namespace: name, name: defaultName };
  if (cache.informer(serviceAccounts).get(metadata) !== undefined) return done;
  try {
    await client.resource(serviceAccounts).create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  } catch (error) {
    if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
  }
  return done;
}
