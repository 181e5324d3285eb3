import { type App, type Refusal, refusalsOf } from '@fairlead/api';
import type { Admission, AdmissionRequest } from '@fairlead/engine';
import { ApiError } from '@fairlead/kube';

/**
 * Refuses an App that could never run while the person who writes it still looks on. Where the platform has
 * no such say, on a cluster that is not ours, the App's status says the same afterwards.
 */
export const appAdmission: Admission = {
  name: 'FairleadApps',
  admit(request) {
    const { resource, operation, subresource, object } = request;
    const { group, resource: plural } = resource.definition;
    if (group !== 'fairlead.dev' || plural !== 'apps' || subresource !== '') return object;
    if (operation === 'DELETE' || object.metadata.deletionTimestamp !== undefined) return object;
    const refusals = newRefusals(request);
    if (refusals.length > 0) throw refusal(object.metadata.name, refusals);
    return object;
  },
};

/** What was let in before the rule there was must still be able to change. */
const newRefusals = ({ object, old }: AdmissionRequest): Refusal[] => {
  const known = old === undefined ? [] : refusalsOf(old as App).map(({ field }) => field);
  return refusalsOf(object as App).filter(({ field }) => !known.includes(field));
};

/** As Kubernetes words a 422 (apimachinery, NewInvalid). */
const refusal = (name: string, refusals: readonly Refusal[]): ApiError => {
  const causes = refusals.map(({ field, error }) => ({
    reason: 'FieldValueInvalid',
    field,
    message: `${error.code}: ${error.message}: ${error.why}; ${error.solve}`,
  }));
  const said = causes.map(({ field, message }) => `${field}: ${message}`);
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    reason: 'Invalid',
    code: 422,
    message: `App.fairlead.dev ${JSON.stringify(name)} is invalid: ${said.length === 1 ? said[0] : `[${said.join(', ')}]`}`,
    details: { name, group: 'fairlead.dev', kind: 'App', causes },
  });
};
