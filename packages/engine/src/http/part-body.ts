import type { KubeObject } from '@fairlead/kube';
import { apiVersionOf } from '../resources/registry.ts';
import { builtinKind } from '../schema/builtin.ts';
import type { Call } from './api.ts';
import { readObject } from './object.ts';
import type { WriteOptions } from './query.ts';

/** What is sent to a part of an object, when that is of another kind than the object. */
export interface PartKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Go's name: `policy.v1.Eviction`. */
  readonly type: string;
}

/** The same call, about what was sent. */
export const partCall = (call: Call, { group, version, kind, type }: PartKind): Call => ({
  ...call,
  resource: {
    ...call.resource,
    apiVersion: apiVersionOf(group, version),
    definition: { ...call.resource.definition, group, kind, origin: 'builtin' },
    version: { ...call.resource.version, version, schema: () => builtinKind(type) },
  },
});

export const readPart = (
  call: Call,
  kind: PartKind,
  options: WriteOptions,
): KubeObject | Promise<KubeObject> => readObject(partCall(call, kind), options);
