import type { KubeObject, KubeResponse } from '@fairlead/kube';
import { type Call, fieldOf, subjectOf } from './api.ts';
import { notFound } from './errors.ts';
import { objectKey } from './get.ts';
import { readObject } from './object.ts';
import { parseWriteOptions } from './query.ts';
import { respondObject } from './respond.ts';
import { replaceObject } from './update.ts';
import { valueIn } from './versions.ts';

/** PUT of a namespace's `finalize`: whoever emptied it takes a name out of `spec.finalizers`; the last one ends it. */
export const finalize = async (call: Call): Promise<KubeResponse> => {
  const options = parseWriteOptions(call.query);
  const sent = await readObject(call, options);
  const old = call.api.store.pending(objectKey(call));
  if (old === undefined) throw notFound(subjectOf(call));
  const live = valueIn(call.resource, old);
  const { resourceVersion, uid } = sent.metadata;
  const metadata = {
    ...live.metadata,
    resourceVersion: resourceVersion ?? live.metadata.resourceVersion,
    uid,
  };
  const object = { ...live, metadata, spec: fieldOf(sent, 'spec') } as KubeObject;
  const stored = await replaceObject(call, { old, object, options, part: 'whole' });
  return respondObject(call, stored);
};
