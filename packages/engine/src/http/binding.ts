import type { KubeObject, KubeResponse } from '@fairlead/kube';
import { isObject } from '../schema/json.ts';
import { type Call, subjectOf } from './api.ts';
import { objectFault, readBody, unrecognized } from './body.ts';
import { mediaTypeOf } from './codec.ts';
import { badRequest, conflict, notFound } from './errors.ts';
import { objectKey } from './get.ts';
import { timestamp } from './metadata.ts';
import { parseWriteOptions } from './query.ts';
import { respondValue } from './respond.ts';
import { replaceObject } from './update.ts';
import { valueIn } from './versions.ts';

/** POST of a Binding: a scheduler says which node a pod runs on. Once and for all. */
export const bind = async (call: Call): Promise<KubeResponse> => {
  const options = parseWriteOptions(call.query);
  const { value } = await readBody(call, {
    type: mediaTypeOf(call.request.headers['content-type']),
    goType: 'core.v1.Binding',
    refuse: (fault) => unrecognized(call, objectFault(fault), 'Binding'),
  });
  const node = targetOf(value);
  const old = call.api.store.pending(objectKey(call));
  if (old === undefined) throw notFound(subjectOf(call));
  const pod = valueIn(call.resource, old) as Pod;
  requireBindable(call, pod);
  await replaceObject(call, { old, object: boundTo(call, pod, node), options, part: 'whole' });
  return respondValue({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
};

interface Pod extends KubeObject {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly conditions?: readonly { readonly type: string }[] };
}

const targetOf = (binding: unknown): string => {
  const target = isObject(binding) && isObject(binding.target) ? binding.target : {};
  if (typeof target.name === 'string' && target.name !== '') return target.name;
  throw badRequest('Binding is invalid: target.name: Required value');
};

const requireBindable = (call: Call, { metadata, spec }: Pod): void => {
  const refuse = (why: string) =>
    conflict({ group: '', resource: 'pods/binding', name: call.path.name }, why);
  if (metadata.deletionTimestamp !== undefined) {
    throw refuse(`pod ${metadata.name} is being deleted, cannot be assigned to a host`);
  }
  if (spec?.nodeName !== undefined && spec.nodeName !== '') {
    throw refuse(`pod ${metadata.name} is already assigned to node ${JSON.stringify(spec.nodeName)}`);
  }
};

const boundTo = (call: Call, pod: Pod, nodeName: string): KubeObject => {
  const conditions = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(call.api.clock.now()),
  };
  const next: Pod = {
    ...pod,
    spec: { ...pod.spec, nodeName },
    status: { ...pod.status, conditions: [...conditions, scheduled] },
  };
  return next;
};
