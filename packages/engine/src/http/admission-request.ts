import type { KubeObject } from '@fairlead/kube';
import type { AdmissionRequest } from '../admission/chain.ts';
import type { Call } from './api.ts';

/** What admission is told of a write: the resource that was asked for, and objects in the version that is stored. */
export const requestFor = (
  call: Call,
  given: {
    readonly operation: AdmissionRequest['operation'];
    readonly object: KubeObject;
    readonly old?: KubeObject;
    /** That of the address unless told. */
    readonly name?: string;
    readonly dryRun: boolean;
  },
): AdmissionRequest => {
  const { operation, object, old, dryRun, name = call.path.name } = given;
  const { api, user, resource, path } = call;
  return {
    operation,
    user,
    resource,
    // A deletion is of the object, whatever the address.
    subresource: operation === 'UPDATE' ? path.subresource : '',
    namespace: object.metadata.namespace ?? path.namespace,
    name,
    object,
    ...(old && { old }),
    dryRun,
    pending: (key) => api.store.pending(key),
    warn: (message) => call.warnings.push(message),
  };
};
