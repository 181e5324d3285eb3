import { type Controller, namespaces, startController } from '@fairlead/kube';
import type { Inventory } from '../inventory/inventory.ts';
import type { StartOptions } from '../start.ts';
import { reconcileNamespace } from './reconcile.ts';

export function startNamespaceController(
  { cache, recorder }: StartOptions,
  inventory: Inventory,
): Controller {
  const isEnding = (name: string): boolean =>
    cache.informer(namespaces).get(name)?.metadata.deletionTimestamp !== undefined;
  const controller = startController({
    name: 'namespace-controller',
    cache,
    for: namespaces,
    when: ({ after }) => after?.metadata.deletionTimestamp !== undefined,
    concurrency: 4,
    reconcile: async (name, context) => {
      await inventory.ready;
      return reconcileNamespace(name, {
        ...context,
        inventory,
        recorder: recorder('namespace-controller'),
      });
    },
  });
  // What goes from a namespace on its way out may have been the last that held it. Ends with the inventory.
  inventory.subscribe((_type, { before }) => {
    const name = before?.metadata.namespace;
    if (name !== undefined && isEnding(name)) controller.enqueue({ name });
  });
  return controller;
}
