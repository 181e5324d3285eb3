import { type Controller, namespaces, startController, waiting } from '@fairlead/kube';
import type { Inventory } from '../inventory/inventory.ts';
import type { StartOptions } from '../start.ts';
import { reconcileNamespace } from './reconcile.ts';

export function startNamespaceController(
  { cache, recorder, onPass }: StartOptions,
  inventory: Inventory,
): Controller {
  const isEnding = (name: string): boolean =>
    cache.informer(namespaces).get(name)?.metadata.deletionTimestamp !== undefined;
  const controller = startController({
    name: 'namespace-controller',
    cache,
    ...(onPass && { onPass }),
    for: namespaces,
    when: ({ after }) => after?.metadata.deletionTimestamp !== undefined,
    concurrency: 4,
    // Half an inventory would show namespaces that look empty.
    reconcile: async (name, context) => {
      if (!inventory.isReady) return waiting();
      return reconcileNamespace(name, {
        ...context,
        inventory,
        recorder: recorder('namespace-controller'),
      });
    },
  });
  inventory.ready.then(
    () => controller.enqueueAll(),
    () => {}, // Closed before.
  );
  // What goes from a namespace on its way out may have been the last that held it. Ends with the inventory.
  inventory.subscribe((_type, { before }) => {
    const name = before?.metadata.namespace;
    if (name !== undefined && isEnding(name)) controller.enqueue({ name });
  });
  return controller;
}
