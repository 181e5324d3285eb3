import type { KubeObject } from '@fairlead/kube';
import { resetFields } from '../apply/reset-fields.ts';
import { trackUpdate } from '../apply/update.ts';
import { apiVersionOf } from '../resources/registry.ts';
import type { ResourceDefinition } from '../schema/definition.ts';
import type { Schema } from '../schema/structural.ts';
import type { Call } from './api.ts';
import { timestamp } from './metadata.ts';
import type { WriteOptions } from './query.ts';

/** Who writes, for the record of who owns which field: what the client says, else its program's name. */
export const managerOf = (call: Call, options: Pick<WriteOptions, 'fieldManager'>): string =>
  options.fieldManager === ''
    ? managerFromUserAgent(call.request.headers['user-agent'] ?? '')
    : options.fieldManager;

/** `next` with its managed fields brought up to date, for every write that is not an apply. */
export const trackOwner = (
  call: Call,
  given: {
    readonly live?: KubeObject;
    readonly next: KubeObject;
    readonly options: Pick<WriteOptions, 'fieldManager'>;
  },
): KubeObject =>
  trackUpdate({
    schema: call.resource.version.schema(),
    live: given.live,
    next: given.next,
    manager: managerOf(call, given.options),
    apiVersion: call.resource.apiVersion,
    now: timestamp(call.api.clock.now()),
    ...ownerScope(call),
  });

/** Which part of the object this address writes, and so what a writer here cannot come to own. */
export const ownerScope = ({ path, resource }: Call) => ({
  schemaOf: (apiVersion: string) => schemaIn(resource.definition, apiVersion),
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

/** Somebody may have written through another version, whose structure is another one. */
const schemaIn = ({ group, versions }: ResourceDefinition, apiVersion: string): Schema | undefined =>
  versions.find(({ version }) => apiVersionOf(group, version) === apiVersion)?.schema();
