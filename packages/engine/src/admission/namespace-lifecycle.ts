import type { KubeObject } from '@fairlead/kube';
import { forbidden, notFound } from '../http/errors.ts';
import { keyOf, keyPrefixOf } from '../resources/registry.ts';
import type { Admission, AdmissionRequest } from './chain.ts';

const NAMESPACES = keyPrefixOf('', 'namespaces');

/** Nothing is made in a namespace that is not there, and nothing new in one that is going; some never go. */
export const namespaceLifecycle: Admission = {
  name: 'NamespaceLifecycle',
  admit(request) {
    if (request.operation === 'DELETE') forbidLoss(request);
    if (request.operation === 'CREATE' && request.resource.definition.namespaced) requireActive(request);
    return request.object;
  },
};

const IMMORTAL = ['default', 'kube-system', 'kube-public'];

const forbidLoss = ({ resource, name }: AdmissionRequest): void => {
  const { group, resource: plural } = resource.definition;
  if (group !== '' || plural !== 'namespaces' || !IMMORTAL.includes(name)) return;
  throw forbidden({ group, resource: plural, name }, 'this namespace may not be deleted');
};

const requireActive = ({ namespace, name, resource, pending }: AdmissionRequest): void => {
  const found = pending(keyOf(NAMESPACES, '', namespace));
  if (found === undefined) throw notFound({ group: '', resource: 'namespaces', name: namespace });
  if (!isTerminating(found.value())) return;
  const { group, resource: plural } = resource.definition;
  throw forbidden(
    { group, resource: plural, name },
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  );
};

const isTerminating = (namespace: KubeObject): boolean => namespace.metadata.deletionTimestamp !== undefined;
