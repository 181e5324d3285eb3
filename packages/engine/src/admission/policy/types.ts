import { BOOL, DYN, INT, listOf, mapOf, STRING, TIMESTAMP, type Type } from '../../cel/type.ts';

/** A type of the language with these fields. */
export const objectOf = (name: string, fields: Readonly<Record<string, Type>>): Type => ({
  kind: 'object',
  name,
  params: [],
  fields: new Map(Object.entries(fields)),
});

const texts = (...names: string[]): Record<string, Type> =>
  Object.fromEntries(names.map((name) => [name, STRING]));

const KIND = objectOf('kubernetes.GroupVersionKind', texts('group', 'version', 'kind'));
const RESOURCE = objectOf('kubernetes.GroupVersionResource', texts('group', 'version', 'resource'));
const USER = objectOf('kubernetes.UserInfo', {
  ...texts('username', 'uid'),
  groups: listOf(STRING),
  extra: mapOf(STRING, listOf(STRING)),
});

/** What `request` is in expressions of admission (admission.k8s.io/v1, AdmissionRequest, without the objects). */
export const REQUEST_TYPE = objectOf('kubernetes.AdmissionRequest', {
  ...texts('subResource', 'requestSubResource', 'name', 'namespace', 'operation'),
  kind: KIND,
  resource: RESOURCE,
  requestKind: KIND,
  requestResource: RESOURCE,
  userInfo: USER,
  dryRun: BOOL,
  options: DYN,
});

const CONDITION = objectOf('kubernetes.NamespaceCondition', {
  ...texts('status', 'type', 'message', 'reason'),
  lastTransitionTime: TIMESTAMP,
});
const METADATA = objectOf('kubernetes.NamespaceMetadata', {
  ...texts('name', 'generateName', 'namespace', 'UID', 'resourceVersion'),
  labels: mapOf(STRING, STRING),
  annotations: mapOf(STRING, STRING),
  creationTimestamp: TIMESTAMP,
  deletionTimestamp: TIMESTAMP,
  deletionGracePeriodSeconds: INT,
  generation: INT,
  finalizers: listOf(STRING),
});

/** What `namespaceObject` is: of a namespace that which does not change with every write. */
export const NAMESPACE_TYPE = objectOf('kubernetes.Namespace', {
  metadata: METADATA,
  spec: objectOf('kubernetes.NamespaceSpec', { finalizers: listOf(STRING) }),
  status: objectOf('kubernetes.NamespaceStatus', { conditions: listOf(CONDITION), phase: STRING }),
});
