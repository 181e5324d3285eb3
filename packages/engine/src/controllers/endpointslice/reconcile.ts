import { isDeepStrictEqual } from 'node:util';
import {
  done,
  type EndpointSlice,
  endpointSlices,
  isControlledBy,
  isNotFound,
  nodes,
  type ObjectName,
  type Outcome,
  type Pod,
  type Service,
  services,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { desiredSlice } from './children.ts';
import { type Content, decideSlices, says } from './decide.ts';
import { addressTypesOf, placesOf } from './endpoint.ts';
import { slicesByService } from './indexes.ts';
import { managedBy, managedByLabel, sliceLabels } from './names.ts';
import { isSelecting, selectedPods } from './selection.ts';

/** Keeps the list of places to which a Service's requests may go. */
export async function reconcileEndpointSlices(
  name: ObjectName,
  context: ControllerContext,
): Promise<Outcome> {
  const service = context.cache.informer(services).get(name);
  if (service === undefined || !isSelecting(service)) return done;

  const places = selectedPods(service, context).flatMap((pod) =>
    placesOf(service, pod, zoneOf(pod, context)),
  );
  const slices = slicesOf(service, context);
  const plan = decideSlices({ addressTypes: addressTypesOf(service), places, slices });

  // What is new comes before what is old goes.
  await Promise.all([
    ...plan.create.map((content) => createSlice(service, content, context)),
    ...plan.update.map(({ slice, content }) => ensureSlice(service, { slice, content }, context)),
  ]);
  await Promise.all(plan.remove.map((slice) => removeSlice(slice, context)));
  return done;
}

const zoneOf = ({ spec }: Pod, { cache }: ControllerContext): string | undefined =>
  spec.nodeName === undefined
    ? undefined
    : cache.informer(nodes).get(spec.nodeName)?.metadata.labels?.['topology.kubernetes.io/zone'];

const slicesOf = (service: Service, { cache }: ControllerContext): readonly EndpointSlice[] =>
  cache
    .informer(endpointSlices)
    .byIndex(slicesByService, `${service.metadata.namespace}/${service.metadata.name}`)
    .filter(
      (slice) =>
        slice.metadata.labels?.[managedByLabel] === managedBy &&
        slice.metadata.deletionTimestamp === undefined &&
        isControlledBy(slice, service),
    );

const createSlice = (service: Service, content: Content, { client }: ControllerContext): Promise<unknown> =>
  client.resource(endpointSlices).create(desiredSlice(service, content));

async function ensureSlice(
  service: Service,
  { slice, content }: { readonly slice: EndpointSlice; readonly content: Content },
  { client }: ControllerContext,
): Promise<void> {
  const labels = sliceLabels(service);
  if (says(slice, content) && isDeepStrictEqual({ ...slice.metadata.labels }, labels)) return;
  const { ports, endpoints } = content;
  const metadata = { ...slice.metadata, labels };
  await client.resource(endpointSlices).replace({ ...slice, metadata, ports, endpoints });
}

async function removeSlice({ metadata }: EndpointSlice, { client }: ControllerContext): Promise<void> {
  try {
    const preconditions = { uid: metadata.uid ?? '' };
    await client.resource(endpointSlices).delete(metadata, { preconditions });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
