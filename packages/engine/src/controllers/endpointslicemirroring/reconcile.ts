import { isDeepStrictEqual } from 'node:util';
import {
  done,
  type EndpointSlice,
  type Endpoints,
  endpointSlices,
  endpoints,
  isNotFound,
  type ObjectName,
  type Outcome,
  ownerReference,
  services,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { leaderAnnotation } from '../endpoints/names.ts';
import { slicesByService } from '../endpointslice/indexes.ts';
import { managedByLabel } from '../endpointslice/names.ts';
import { isSelecting } from '../endpointslice/selection.ts';
import { isNamespaceTerminating } from '../pods/create.ts';
import {
  capacity,
  desiredSlice,
  leftOut,
  type Mirror,
  managedBy,
  mirrorAnnotations,
  mirrorLabels,
  mirrorsOf,
} from './children.ts';
import { decideMirrors } from './decide.ts';

/** Shows the Endpoints that somebody writes for a Service without selector as slices. */
export async function reconcileMirrors(name: ObjectName, context: ControllerContext): Promise<Outcome> {
  const owner = mirrored(name, context);
  const slices = context.cache
    .informer(endpointSlices)
    .byIndex(slicesByService, `${name.namespace}/${name.name}`)
    .filter(({ metadata }) => metadata.labels?.[managedByLabel] === managedBy);
  const plan = decideMirrors(owner === undefined ? [] : mirrorsOf(owner), slices);

  if (owner !== undefined) {
    tellOfLeftOut(owner, context);
    for (const mirror of plan.create) await create(owner, mirror, context);
    for (const { slice, mirror } of plan.update) await update(owner, { slice, mirror }, context);
  }
  for (const slice of plan.remove) await remove(slice, context);
  return done;
}

const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';

/** The Endpoints, when they are to be mirrored: their Service has them from somebody else than us. */
function mirrored(name: ObjectName, { cache }: ControllerContext): Endpoints | undefined {
  const owner = cache.informer(endpoints).get(name);
  const service = cache.informer(services).get(name);
  if (owner === undefined || service === undefined || isSelecting(service)) return undefined;
  const { labels = {}, annotations = {} } = owner.metadata;
  return labels[skipLabel] === 'true' || annotations[leaderAnnotation] !== undefined ? undefined : owner;
}

function tellOfLeftOut(owner: Endpoints, { recorder }: ControllerContext): void {
  const count = leftOut(owner);
  if (count === 0) return;
  const message = `A max of ${capacity} addresses can be mirrored to EndpointSlices per Endpoints subset. ${count} addresses were skipped`;
  void recorder.record(owner, { type: 'Warning', reason: 'TooManyAddressesToMirror', message });
}

async function create(owner: Endpoints, mirror: Mirror, { client }: ControllerContext): Promise<void> {
  if (owner.metadata.deletionTimestamp !== undefined) return;
  try {
    await client.resource(endpointSlices).create(desiredSlice(owner, mirror));
  } catch (error) {
    if (!isNamespaceTerminating(error)) throw error;
  }
}

async function update(
  owner: Endpoints,
  { slice, mirror }: { readonly slice: EndpointSlice; readonly mirror: Mirror },
  { client }: ControllerContext,
): Promise<void> {
  const metadata = {
    ...slice.metadata,
    labels: mirrorLabels(owner),
    annotations: mirrorAnnotations(owner),
    ownerReferences: [ownerReference(owner)],
  };
  if (isDeepStrictEqual(factsOf({ ...slice, ...mirror, metadata }), factsOf(slice))) return;
  await client.resource(endpointSlices).replace({ ...slice, ...mirror, metadata });
}

const factsOf = ({ metadata, ports, endpoints: places }: EndpointSlice): unknown => [
  { ...metadata.labels },
  { ...metadata.annotations },
  metadata.ownerReferences,
  ports ?? [],
  places ?? [],
];

async function remove({ metadata }: EndpointSlice, { client }: ControllerContext): Promise<void> {
  try {
    const preconditions = { uid: metadata.uid ?? '' };
    await client.resource(endpointSlices).delete(metadata, { preconditions });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
