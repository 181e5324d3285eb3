import type { Controller } from '@fairlead/kube';
import type { Inventory } from '../inventory/inventory.ts';
import { Passes } from '../passes.ts';
import type { StartOptions } from '../start.ts';
import { createGraph, type Graph, uidOf } from './graph.ts';
import { reconcileOwnership } from './reconcile.ts';

/** Deletes what nobody owns any more, over all kinds. */
export function startGarbageCollector({ cache, onPass }: StartOptions, inventory: Inventory): Controller {
  const graph = createGraph();
  const { client } = cache;
  const wake = (uid: string): void => collector.wake(uid);
  const collector = new Passes({
    name: 'garbage-collector',
    cache,
    onPass,
    concurrency: 20,
    // Half a graph would show objects without owners.
    ready: inventory.ready,
    reconcile: (uid) => reconcileOwnership(uid, { graph, client, types: () => inventory.types(), wake }),
    keys: () => graph.uids(),
    stop: () => stop(),
  });
  const stop = follow(inventory, graph, wake);
  return collector;
}

function follow(inventory: Inventory, graph: Graph, wake: (uid: string) => void): () => void {
  return inventory.subscribe((type, { before, after }) => {
    // An object that was replaced under its name between two lists comes as one change.
    const replaced = before !== undefined && (after === undefined || uidOf(after) !== uidOf(before));
    const woken = replaced ? [...graph.forget(uidOf(before))] : [];
    if (after !== undefined) woken.push(...graph.observe({ type, object: after }));
    for (const uid of woken) wake(uid);
  });
}
