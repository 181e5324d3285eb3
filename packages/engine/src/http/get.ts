import type { KubeResponse } from '@fairlead/kube';
import { keyOf } from '../resources/registry.ts';
import type { StoredObject } from '../store/contract.ts';
import { type Call, subjectOf } from './api.ts';
import { futureVersion, notFound } from './errors.ts';
import { parseVersion } from './query.ts';
import { respondObject } from './respond.ts';

/** GET of one object: the newest committed state. */
export const get = (call: Call): Promise<KubeResponse> => respondObject(call, committedObject(call));

export const committedObject = (call: Call): StoredObject => {
  const { store } = call.api;
  const asked = parseVersion(call.query.get('resourceVersion') ?? '') ?? 0;
  if (asked > store.revision) throw futureVersion(asked, store.revision);
  const found = store.snapshot().get(objectKey(call));
  if (found === undefined) throw notFound(subjectOf(call));
  return found;
};

export const objectKey = ({ resource, path }: Call): string =>
  keyOf(resource.keyPrefix, path.namespace, path.name);
