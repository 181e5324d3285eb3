import type { KubeObject } from '@fairlead/kube';
import { resetFields } from '../apply/reset-fields.ts';
import { trackUpdate, type View, withManagedFields } from '../apply/update.ts';
import { apiVersionOf, type ServedResource } from '../resources/registry.ts';
import type { Call } from './api.ts';
import { timestamp, withMetadata } from './metadata.ts';
import type { WriteOptions } from './query.ts';
import { fromStored, inStored } from './versions.ts';

/** Who writes, for the record of who owns which field: what the client says, else its program's name. */
export const managerOf = (call: Call, options: Pick<WriteOptions, 'fieldManager'>): string =>
  options.fieldManager === ''
    ? managerFromUserAgent(call.request.headers['user-agent'] ?? '')
    : options.fieldManager;

/**
 * `next` with its managed fields brought up to date, for every write that is not an apply. The objects are in the
 * version that is stored; what is owned is told in the one of the call. That may show in annotations what this address
 * does not write: they are owned by who sent them, whatever becomes of it.
 */
export const trackOwner = (
  call: Call,
  given: {
    readonly live?: KubeObject;
    readonly next: KubeObject;
    /** Before what it may not write was put back; `next` unless told. */
    readonly sent?: KubeObject;
    readonly options: Pick<WriteOptions, 'fieldManager'>;
  },
): KubeObject => {
  const { resource } = call;
  const { next, sent = next } = given;
  const shown = shownTo(call, next, sent);
  const tracked = trackUpdate({
    schema: resource.version.schema(),
    live: given.live && fromStored(resource, given.live),
    next: shown,
    sent,
    manager: managerOf(call, given.options),
    apiVersion: resource.apiVersion,
    now: timestamp(call.api.clock.now()),
    ...ownerScope(call),
  });
  return shown === next ? tracked : withManagedFields(next, tracked.metadata.managedFields);
};

/** What is looked at to tell who owns what: with a conversion or a custom status, more than what will be written. */
const shownTo = ({ resource, path }: Call, next: KubeObject, sent: KubeObject): KubeObject => {
  if (resource.stored !== undefined) return fromStored(resource, withMetadata(sent, next.metadata));
  if (resource.definition.origin !== 'custom' || path.subresource !== 'status') return next;
  const { labels, annotations } = sent.metadata;
  return withMetadata(next, {
    ...next.metadata,
    ...(labels && { labels }),
    ...(annotations && { annotations }),
  });
};

/** Which part of the object this address writes, and so what a writer here cannot come to own. */
export const ownerScope = ({ path, resource }: Call) => ({
  viewOf: (apiVersion: string) => viewOf(resource, apiVersion),
  ...(path.subresource !== '' && { subresource: path.subresource }),
  reset: resetFields({
    status: resource.definition.status,
    ...(path.subresource !== '' && { subresource: path.subresource }),
  }),
});

const MANAGER_LENGTH = 128;

/** `kubectl/v1.34.4 (linux/amd64)` → `kubectl`. */
const managerFromUserAgent = (userAgent: string): string =>
  (userAgent.split('/', 1)[0] ?? '').replace(/[^\x20-\x7e]/g, '').slice(0, MANAGER_LENGTH);

/**
 * Somebody may have written through another version, whose structure and names are others. Who wrote through another
 * group (events) is not known here, as in Kubernetes.
 */
const viewOf = (resource: ServedResource, apiVersion: string): View | undefined => {
  const { group, versions } = resource.definition;
  const version = versions.find((one) => apiVersionOf(group, one.version) === apiVersion);
  if (version === undefined) return undefined;
  const schema = version.schema();
  if (resource.stored === undefined && version.conversion === undefined) return { schema };
  return { schema, show: (object) => fromStored({ version }, inStored(resource, object)) };
};
