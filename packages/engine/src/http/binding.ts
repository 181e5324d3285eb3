import type { KubeObject, KubeResponse } from '@fairlead/kube';
import { withPodCondition } from '../resources/rules/pod/conditions.ts';
import type { Pod } from '../resources/rules/pod/pod.ts';
import { notSupported, renderFieldErrors, required } from '../schema/field-error.ts';
import { type Call, subjectOf } from './api.ts';
import { badRequest, conflict, failure, notFound } from './errors.ts';
import { objectKey } from './get.ts';
import { timestamp } from './metadata.ts';
import { type PartKind, readPart } from './part-body.ts';
import { parseWriteOptions } from './query.ts';
import { respondValue } from './respond.ts';
import { replaceObject } from './update.ts';
import { valueIn } from './versions.ts';

const KIND: PartKind = { group: '', version: 'v1', kind: 'Binding', type: 'core.v1.Binding' };

interface Binding extends KubeObject {
  readonly target?: { readonly kind?: string; readonly name?: string };
}

/** POST of a Binding: a scheduler says which node a pod runs on. Once and for all. */
export const bind = async (call: Call): Promise<KubeResponse> => {
  const options = parseWriteOptions(call.query);
  const binding: Binding = await readPart(call, KIND, options);
  requireValid(call, binding);
  const old = call.api.store.pending(objectKey(call));
  if (old === undefined) throw notFound(subjectOf(call));
  const pod = valueIn(call.resource, old) as Pod;
  requireSame(call, binding, pod);
  requireBindable(call, pod);
  const object = boundTo(call, pod, binding);
  await replaceObject(call, { old, object, options, part: 'whole', applied: true });
  return respondValue({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
};

const requireValid = (call: Call, { metadata, target = {} }: Binding): void => {
  if (metadata?.name !== call.path.name) {
    throw badRequest('name in URL does not match name in Binding object');
  }
  const { kind = '', name = '' } = target;
  const errors = [
    ...(kind === '' || kind === 'Node' ? [] : [notSupported('target.kind', kind, ['Node', '<empty>'])]),
    ...(name === '' ? [required('target.name')] : []),
  ];
  // Kubernetes gives the errors as they are, which its clients see as a fault of the server.
  if (errors.length > 0) throw failure({ code: 500, message: renderFieldErrors(errors) });
};

/** In the words of the store beneath, which Kubernetes lets through here. */
const requireSame = (call: Call, { metadata }: Binding, pod: Pod): void => {
  const { uid = '', resourceVersion = '' } = metadata;
  const key = `/registry/pods/${call.path.namespace}/${call.path.name}`;
  const refuse = (what: string, asked: string, found = '') =>
    conflict(
      subjectOf(call),
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: ${what} in precondition: ${asked}, ${what} in object meta: ${found}`,
    );
  if (uid !== '' && uid !== pod.metadata.uid) throw refuse('UID', uid, pod.metadata.uid);
  if (resourceVersion !== '' && resourceVersion !== pod.metadata.resourceVersion) {
    throw refuse('ResourceVersion', resourceVersion, pod.metadata.resourceVersion);
  }
};

const requireBindable = (call: Call, { metadata, spec = {} }: Pod): void => {
  const refuse = (why: string) =>
    conflict({ group: '', resource: 'pods/binding', name: call.path.name }, `pod ${metadata.name} ${why}`);
  if (metadata.deletionTimestamp !== undefined) {
    throw refuse('is being deleted, cannot be assigned to a host');
  }
  if ((spec.nodeName ?? '') !== '')
    throw refuse(`is already assigned to node ${JSON.stringify(spec.nodeName)}`);
  if ((spec.schedulingGates ?? []).length > 0) throw refuse('has non-empty .spec.schedulingGates');
};

const boundTo = (call: Call, pod: Pod, { metadata, target = {} }: Binding): KubeObject => {
  const annotations = { ...pod.metadata.annotations, ...metadata.annotations };
  const bound: Pod = {
    ...pod,
    metadata: { ...pod.metadata, annotations },
    spec: { ...pod.spec, nodeName: target.name ?? '' },
  };
  const now = timestamp(call.api.clock.now());
  return withPodCondition(bound, { type: 'PodScheduled', status: 'True' }, now);
};
