import type { KubeObject, KubeResponse } from '@fairlead/kube';
import { prepareAdmission } from '../admission/chain.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import type { ScaleSubresource } from '../schema/definition.ts';
import { invalid } from '../schema/field-error.ts';
import { isObject } from '../schema/json.ts';
import type { StoredObject } from '../store/contract.ts';
import { type Call, subjectOf } from './api.ts';
import { objectFault, readBody, unrecognized } from './body.ts';
import { mediaTypeOf } from './codec.ts';
import {
  type ApiError,
  badRequest,
  failure,
  invalid as invalidObject,
  modified,
  notFound,
  notServed,
} from './errors.ts';
import { committedObject, objectKey } from './get.ts';
import { readChange } from './patch.ts';
import { APPLY_PATCH, JSON_PATCH } from './patch-types.ts';
import { parseWriteOptions, type WriteOptions } from './query.ts';
import { renderSelector } from './table/selector-text.ts';
import { respondValue } from './respond.ts';
import { replaceObject } from './update.ts';
import { valueIn } from './versions.ts';

/** How many copies of something there are to be, for those who need not know what it is (autoscaling/v1 Scale). */
export const getScale = (call: Call): KubeResponse =>
  respondValue(scaleOf(call, valueIn(call.resource, committedObject(call))));

export const updateScale = async (call: Call): Promise<KubeResponse> => {
  const decoded = await readBody(call, {
    type: mediaTypeOf(call.request.headers['content-type']),
    goType: 'autoscaling.v1.Scale',
    refuse: (fault) => unrecognized(call, objectFault(fault), 'Scale'),
  });
  return writeScale(call, { options: parseWriteOptions(call.query), next: () => decoded.value });
};

export const patchScale = async (call: Call): Promise<KubeResponse> => {
  const { type, decoded, options } = await readChange(call);
  if (type === APPLY_PATCH) throw notServed('server-side apply to scale');
  const next = (scale: KubeObject): unknown => {
    if (type !== JSON_PATCH) return mergePatch(scale, decoded.value);
    const result = jsonPatch(scale, decoded.value);
    if ('error' in result) throw failure(result.error);
    return result.value;
  };
  return writeScale(call, { options, next });
};

const writeScale = async (
  call: Call,
  given: { readonly options: WriteOptions; readonly next: (scale: KubeObject) => unknown },
): Promise<KubeResponse> => {
  const { api, resource, path } = call;
  const { subresource, namespace } = path;
  await prepareAdmission(api.admission, { operation: 'UPDATE', resource, subresource, namespace });
  const old = api.store.pending(objectKey(call));
  if (old === undefined) throw notFound(subjectOf(call));
  const live = valueIn(resource, old);
  const replicas = wantedReplicas(call, given.next(scaleOf(call, live)), live);
  const stored = await putReplicas(call, { old, live, replicas, options: given.options });
  return respondValue(scaleOf(call, valueIn(resource, stored)));
};

const putReplicas = (
  call: Call,
  given: {
    readonly old: StoredObject;
    readonly live: KubeObject;
    readonly replicas: number;
    readonly options: WriteOptions;
  },
): Promise<StoredObject> => {
  const object = withValueAt(given.live, keysOf(pathsOf(call).specReplicasPath), given.replicas);
  return replaceObject(call, { old: given.old, object: object as KubeObject, options: given.options });
};

const wantedReplicas = (call: Call, scale: unknown, live: KubeObject): number => {
  if (!isObject(scale)) throw badRequest('Scale must be an object');
  const metadata = isObject(scale.metadata) ? scale.metadata : {};
  const version = metadata.resourceVersion ?? '';
  if (version !== '' && version !== live.metadata.resourceVersion) throw modified(subjectOf(call));
  const replicas = isObject(scale.spec) ? (scale.spec.replicas ?? 0) : 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) {
    throw badRequest('Scale in version "v1" cannot be handled as a Scale: spec.replicas must be an integer');
  }
  if (replicas >= 0) return replicas;
  if (call.resource.definition.origin === 'custom') throw negative(call, replicas);
  const error = invalid('spec.replicas', replicas, 'must be greater than or equal to 0');
  throw invalidObject({ group: 'autoscaling', kind: 'Scale', name: call.path.name }, [error]);
};

/** Of a custom resource the object itself is judged, not the scale. */
const negative = (call: Call, replicas: number): ApiError => {
  const { group, kind } = call.resource.definition;
  const error = invalid(pathsOf(call).specReplicasPath, replicas, 'should be a non-negative integer');
  return invalidObject({ group, kind, name: call.path.name }, [error]);
};

const pathsOf = ({ resource }: Call): ScaleSubresource => {
  const { scale } = resource.definition;
  if (scale === undefined) throw new Error(`${resource.definition.resource} has no scale`);
  return scale;
};

interface Scale extends KubeObject {
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
}

const scaleOf = (call: Call, object: KubeObject): Scale => {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = pathsOf(call);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = valueAt(object, keysOf(specReplicasPath));
  const current = valueAt(object, keysOf(statusReplicasPath));
  const selector = labelSelectorPath === undefined ? undefined : valueAt(object, keysOf(labelSelectorPath));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: typeof replicas === 'number' ? { replicas } : {},
    status: { replicas: typeof current === 'number' ? current : 0, ...selectorText(selector) },
  };
};

/** A custom resource gives its selector as text; built-in kinds as a LabelSelector, or as a plain map. */
const selectorText = (selector: unknown): { readonly selector?: string } => {
  if (selector === undefined) return {};
  return { selector: typeof selector === 'string' ? selector : renderSelector(selector) };
};

const keysOf = (path: string): string[] => path.replace(/^\./, '').split('.');

const valueAt = (object: unknown, keys: readonly string[]): unknown =>
  keys.reduce((value, key) => (isObject(value) ? value[key] : undefined), object);

const withValueAt = (object: unknown, [key, ...rest]: readonly string[], value: unknown): unknown => {
  if (key === undefined) return value;
  const base = isObject(object) ? object : {};
  return { ...base, [key]: withValueAt(base[key], rest, value) };
};
