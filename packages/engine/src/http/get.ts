import type { KubeResponse } from '@fairlead/kube';
import { type FieldError, renderFieldError } from '../schema/field-error.ts';
import { keyOf } from '../resources/registry.ts';
import type { StoredObject } from '../store/contract.ts';
import { type Call, subjectOf } from './api.ts';
import { type ApiError, failure, futureVersion, notFound } from './errors.ts';
import { parseVersion } from './list-options.ts';
import { respondObject } from './respond.ts';

/** GET of one object: the newest committed state. */
export const get = (call: Call): KubeResponse | Promise<KubeResponse> =>
  respondObject(call, committedObject(call));

export const committedObject = (call: Call): StoredObject => {
  const { store } = call.api;
  const asked = parseVersion(call.query.get('resourceVersion') ?? '', unknownFailure) ?? 0;
  if (asked > store.revision) throw futureVersion(asked, store.revision);
  const found = store.snapshot().get(objectKey(call));
  if (found === undefined) throw notFound(subjectOf(call));
  return found;
};

export const objectKey = ({ resource, path }: Call): string =>
  keyOf(resource.keyPrefix, path.namespace, path.name);

/** Nobody foresaw it in Kubernetes, and clients have learnt to live with what came out. */
export const unknownFailure = (fault: FieldError): ApiError =>
  failure({ code: 500, message: renderFieldError(fault) });
