import { isDeepStrictEqual } from 'node:util';
import {
  type Desired,
  done,
  type Endpoints,
  endpoints,
  isNotFound,
  type ObjectName,
  type Outcome,
  type Service,
  services,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { isSelecting, selectedPods } from '../endpointslice/selection.ts';
import { isNamespaceTerminating } from '../pods/create.ts';
import { messageOf } from '../pods/write.ts';
import { desiredEndpoints } from './children.ts';
import { isManaged } from './names.ts';

/** Keeps the old form of the list of places to which a Service's requests may go. */
export async function reconcileEndpoints(name: ObjectName, context: ControllerContext): Promise<Outcome> {
  const service = context.cache.informer(services).get(name);
  const before = context.cache.informer(endpoints).get(name);
  if (service === undefined) await remove(before, context);
  else if (isSelecting(service)) {
    await ensure(
      service,
      { before, desired: desiredEndpoints(service, selectedPods(service, context), before) },
      context,
    );
  }
  return done;
}

async function remove(old: Endpoints | undefined, { client }: ControllerContext): Promise<void> {
  if (old === undefined || !isManaged(old)) return;
  try {
    const preconditions = { uid: old.metadata.uid ?? '' };
    await client.resource(endpoints).delete(old.metadata, { preconditions });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function ensure(
  service: Service,
  { before, desired }: { readonly before: Endpoints | undefined; readonly desired: Desired<Endpoints> },
  { client, recorder }: ControllerContext,
): Promise<void> {
  if (before !== undefined && says(before, desired)) return;
  const resource = client.resource(endpoints);
  try {
    if (before === undefined) await resource.create(desired);
    else await resource.replace(desired as Endpoints);
  } catch (error) {
    if (isNamespaceTerminating(error)) return;
    const name = `${service.metadata.namespace}/${service.metadata.name}`;
    const what = before === undefined ? `create endpoint for service ${name}` : `update endpoint ${name}`;
    const message = `Failed to ${what}: ${messageOf(error)}`;
    const reason = before === undefined ? 'FailedToCreateEndpoint' : 'FailedToUpdateEndpoint';
    void recorder.record(before ?? (desired as Endpoints), { type: 'Warning', reason, message });
    throw error;
  }
}

const says = (before: Endpoints, { metadata, subsets }: Desired<Endpoints>): boolean =>
  isDeepStrictEqual(before.subsets ?? [], subsets ?? []) &&
  isDeepStrictEqual({ ...before.metadata.labels }, { ...metadata.labels }) &&
  isDeepStrictEqual({ ...before.metadata.annotations }, { ...metadata.annotations });
