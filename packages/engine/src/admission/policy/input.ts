import type { KubeObject } from '@fairlead/kube';
import { timestampOf } from '../../cel/functions/conversions.ts';
import { jsonValue } from '../../cel/json-value.ts';
import type { CelMap, Value } from '../../cel/value.ts';
import { renderUser } from '../../auth/user.ts';
import type { AdmissionRequest } from '../chain.ts';

/** What the expressions of policies see of a write: everything but `params` and `variables`. */
export const inputOf = (
  request: AdmissionRequest,
  namespace: KubeObject | undefined,
): ReadonlyMap<string, Value> => {
  const gone = request.operation === 'DELETE';
  return new Map<string, Value>([
    ['object', gone ? null : jsonValue(request.object)],
    ['oldObject', jsonValue(gone ? (request.old ?? request.object) : request.old)],
    ['request', requestValue(request)],
    ['namespaceObject', namespace === undefined ? null : timed(jsonValue(namespace) as CelMap)],
  ]);
};

const requestValue = (request: AdmissionRequest): Value => {
  const { resource, subresource, name, namespace, operation, user, dryRun } = request;
  const { group, kind, resource: plural } = resource.definition;
  const { version } = resource.version;
  const [about, at] = [
    { group, version, kind },
    { group, version, resource: plural },
  ];
  return jsonValue({
    kind: about,
    resource: at,
    subResource: subresource,
    requestKind: about,
    requestResource: at,
    requestSubResource: subresource,
    name,
    namespace,
    operation,
    userInfo: renderUser(user),
    dryRun,
    options: {},
  });
};

const TIMES = new Set<Value>(['creationTimestamp', 'deletionTimestamp', 'lastTransitionTime']);

/** With the times in it as times, which a namespace's type says they are. */
const timed = (map: CelMap): CelMap => ({
  ...map,
  get(key) {
    const value = map.get(key);
    if (typeof value === 'string') return TIMES.has(key) ? timestampOf(value) : value;
    return typeof value === 'object' && value !== null && 'map' in value ? timed(value as CelMap) : value;
  },
});
