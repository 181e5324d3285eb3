import {
  type Client,
  done,
  isNotFound,
  kind,
  type Namespace,
  namespaces,
  type ObjectName,
  type Outcome,
  waiting,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import type { ServedType } from '../inventory/discover.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { writeStatus } from '../status.ts';
import { desiredConditions } from './conditions.ts';
import { decideEmptying, type Remains } from './decide.ts';

/** The name in `spec.finalizers` that stands for this controller. */
const finalizer = 'kubernetes';

/** How soon to look again at what the inventory has no news of, in milliseconds. */
const lookAgain = 100;

/** Empties a namespace that is being deleted, then lets it go. */
export async function reconcileNamespace(
  name: ObjectName,
  context: ControllerContext & { readonly inventory: Inventory },
): Promise<Outcome> {
  const namespace = context.cache.informer(namespaces).get(name);
  if (namespace === undefined || !isEmptiedByUs(namespace)) return done;

  const remains = context.inventory.inNamespace(name.name);
  const failure = await empty(name.name, decideEmptying(remains), context.client);
  await writeConditions(name, { remains: context.inventory.inNamespace(name.name), failure }, context);

  if (failure !== undefined) throw failure;
  if (remains.length > 0) return waiting();
  // The inventory may be behind what was made just before the namespace was closed.
  if (!(await isEmpty(name.name, context))) return waiting(lookAgain);
  await finalize(name, context);
  return done;
}

const isEmptiedByUs = ({ metadata, spec }: Namespace): boolean =>
  metadata.deletionTimestamp !== undefined && (spec?.finalizers ?? []).includes(finalizer);

/** Empties all kinds though some may fail; gives the first failure. */
async function empty(namespace: string, types: readonly ServedType[], client: Client): Promise<unknown> {
  const results = await Promise.allSettled(types.map((type) => emptyOf(type, namespace, client)));
  return results.find((result) => result.status === 'rejected')?.reason;
}

/** In the background: what the objects own lies in the namespace too, and goes by itself. */
async function emptyOf(type: ServedType, namespace: string, client: Client): Promise<void> {
  const resource = client.resource(kind(type));
  const propagationPolicy = 'Background';
  if (type.verbs.includes('deletecollection'))
    return resource.deleteCollection({ namespace, propagationPolicy });
  const { items } = await resource.list({ namespace });
  await Promise.all(items.map(({ metadata }) => resource.delete(metadata, { propagationPolicy })));
}

async function writeConditions(
  name: ObjectName,
  found: { readonly remains: readonly Remains[]; readonly failure: unknown },
  context: ControllerContext,
): Promise<void> {
  const namespace = context.cache.informer(namespaces).get(name);
  if (namespace === undefined) return;
  const before = namespace.status?.conditions ?? [];
  const conditions = desiredConditions(before, found, context.cache.clock);
  const status = { ...namespace.status, ...(conditions.length === 0 ? {} : { conditions }) };
  await writeStatus({ object: namespace, kind: namespaces, status }, context);
}

async function isEmpty(
  namespace: string,
  { client, inventory }: { readonly client: Client; readonly inventory: Inventory },
): Promise<boolean> {
  const types = inventory.types().filter(({ namespaced }) => namespaced);
  const lists = types.map((type) => client.resource(kind(type)).list({ namespace, limit: 1 }));
  return (await Promise.all(lists)).every(({ items }) => items.length === 0);
}

async function finalize(name: ObjectName, { client, cache }: ControllerContext): Promise<void> {
  const namespace = cache.informer(namespaces).get(name);
  if (namespace === undefined) return;
  const finalizers = (namespace.spec?.finalizers ?? []).filter((each) => each !== finalizer);
  const body = { ...namespace, spec: { ...namespace.spec, finalizers } };
  try {
    await client.json({ method: 'PUT', path: `/api/v1/namespaces/${name.name}/finalize`, body });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
