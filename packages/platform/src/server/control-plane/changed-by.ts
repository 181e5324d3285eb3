import { isDeepStrictEqual } from 'node:util';
import { annotations } from '@fairlead/api/names';
import type { Admission, AdmissionRequest } from '@fairlead/engine';
import { ApiError, type KubeObject } from '@fairlead/kube';

/**
 * Who signs a change of an App signs with their own name (docs/decisions/0041). Only the platform itself signs for
 * others: it has asked whether they may. A signature that was left standing goes with the next change that
 * somebody else makes: it is not theirs.
 */
export const changedByAdmission = (platform: string): Admission => ({
  name: 'FairleadChangedBy',
  admit(request) {
    const { resource, operation, object, user } = request;
    const { group, resource: plural } = resource.definition;
    if (group !== 'fairlead.dev' || plural !== 'apps' || operation === 'DELETE') return object;
    const said = signatureOf(object);
    if (said === undefined || said === user.name || user.name === platform) return object;
    if (said !== signatureOf(request.old)) throw forged(request, said);
    return isDeepStrictEqual(specOf(object), specOf(request.old)) ? object : unsigned(object);
  },
});

const signatureOf = (object: KubeObject | undefined): string | undefined =>
  object?.metadata.annotations?.[annotations.changedBy];

const specOf = (object: (KubeObject & { readonly spec?: unknown }) | undefined): unknown => object?.spec;

const unsigned = (object: KubeObject): KubeObject => {
  const { [annotations.changedBy]: _stale, ...others } = object.metadata.annotations ?? {};
  return { ...object, metadata: { ...object.metadata, annotations: others } };
};

/** As Kubernetes words a 403 of an admission step. */
const forged = ({ name, user }: AdmissionRequest, said: string): ApiError =>
  new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    reason: 'Forbidden',
    code: 403,
    message: `apps.fairlead.dev ${JSON.stringify(name)} is forbidden: the annotation ${annotations.changedBy} says ${JSON.stringify(said)}, and the request comes from ${JSON.stringify(user.name)}`,
    details: { name, group: 'fairlead.dev', kind: 'apps' },
  });
