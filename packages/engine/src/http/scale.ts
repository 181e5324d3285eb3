import type { KubeObject, KubeResponse } from '@fairlead/kube';
import { prepareAdmission } from '../admission/chain.ts';
import { type ReplicasPlaces, scaleEntries, withScaleEntries } from '../apply/scale-managers.ts';
import { metadataErrors } from '../resources/metadata-rules.ts';
import { apiVersionOf } from '../resources/registry.ts';
import type { ScaleSubresource } from '../schema/definition.ts';
import { invalid } from '../schema/field-error.ts';
import { isObject } from '../schema/json.ts';
import { type Call, subjectOf } from './api.ts';
import { appliedObject } from './apply.ts';
import { badRequest, invalid as invalidObject, notFound } from './errors.ts';
import { committedObject, objectKey } from './get.ts';
import { readObject } from './object.ts';
import { trackOwner } from './owner.ts';
import { partCall } from './part-body.ts';
import { patchedObject, readChange } from './patch.ts';
import { APPLY_PATCH } from './patch-types.ts';
import { parseWriteOptions, type WriteOptions } from './query.ts';
import { respondValue } from './respond.ts';
import { renderSelector } from './table/selector-text.ts';
import { replaceObject, requireSameName } from './update.ts';
import { valueIn } from './versions.ts';

const KIND = { group: 'autoscaling', version: 'v1', kind: 'Scale', type: 'autoscaling.v1.Scale' };

/** How many copies of something there are to be, for those who need not know what it is (autoscaling/v1 Scale). */
export const getScale = (call: Call): KubeResponse =>
  respondValue(scaleOf(call, valueIn(call.resource, committedObject(call))));

export const updateScale = async (call: Call): Promise<KubeResponse> => {
  const part = partCall(call, KIND);
  const options = parseWriteOptions(call.query);
  const sent = await readObject(part, options);
  requireSameName(part, sent);
  return writeScale(call, options, (live) => trackOwner(part, { live, next: sent, options }) as Scale);
};

export const patchScale = async (call: Call): Promise<KubeResponse> => {
  const part = partCall(call, KIND);
  const change = await readChange(call);
  const { options } = change;
  return writeScale(call, options, (live) =>
    change.type === APPLY_PATCH
      ? (appliedObject(part, change, live) as Scale)
      : (trackOwner(part, { live, next: patchedObject(part, change, live), options }) as Scale),
  );
};

/** `next` makes of the scale as it is another one, with its owners. */
const writeScale = async (
  call: Call,
  options: WriteOptions,
  next: (live: Scale) => Scale,
): Promise<KubeResponse> => {
  const { api, resource, path } = call;
  const { subresource, namespace } = path;
  await prepareAdmission(api.admission, { operation: 'UPDATE', resource, subresource, namespace });
  const old = api.store.pending(objectKey(call));
  if (old === undefined) throw notFound(subjectOf(call));
  const live = valueIn(resource, old);
  const scale = next(ownedScale(call, live));
  requireValid(call, scale);
  const object = scaled(call, live, scale);
  const stored = await replaceObject(call, { old, object, options, applied: true });
  return respondValue(scaleOf(call, valueIn(resource, stored)));
};

/** The smallest number that there is stands for none: a custom resource may not have said it yet. */
const UNSAID = -(2 ** 31);

/** The scale as a patch finds it, with those who own the number. */
const ownedScale = (call: Call, live: KubeObject): Scale => {
  const { metadata, spec, ...rest } = scaleOf(call, live);
  const managedFields = scaleEntries(live.metadata.managedFields, placesOf(call));
  const isUnsaid = spec.replicas === undefined && call.resource.definition.origin === 'custom';
  return {
    ...rest,
    metadata: { ...metadata, ...(managedFields && { managedFields }) },
    spec: isUnsaid ? { replicas: UNSAID } : spec,
  };
};

/** Of a custom resource the object itself is judged, not the scale. */
const requireValid = ({ resource, path }: Call, { metadata, spec }: Scale): void => {
  const { definition } = resource;
  const { replicas = 0 } = spec;
  if (definition.origin === 'custom') return requireValidCustom(definition, replicas, path.name);
  const errors = [
    ...metadataErrors(definition, metadata),
    ...(replicas < 0 ? [invalid('spec.replicas', replicas, 'must be greater than or equal to 0')] : []),
  ];
  if (errors.length > 0) throw invalidObject({ ...KIND, name: path.name }, errors);
};

const requireValidCustom = (
  { group, kind, scale }: Call['resource']['definition'],
  replicas: number,
  name: string,
): void => {
  const place = scale?.specReplicasPath ?? '';
  if (replicas === UNSAID) {
    throw badRequest(`the spec replicas field ${JSON.stringify(place)} cannot be empty`);
  }
  if (replicas >= 0) return;
  throw invalidObject({ group, kind, name }, [invalid(place, replicas, 'should be a non-negative integer')]);
};

/** The object with the number that its scale has now. */
const scaled = (call: Call, live: KubeObject, { metadata, spec }: Scale): KubeObject => {
  const { uid = '', resourceVersion = '' } = metadata;
  const managedFields = withScaleEntries(live.metadata.managedFields, metadata.managedFields, placesOf(call));
  const isCustom = call.resource.definition.origin === 'custom';
  const { managedFields: _, ...rest } = live.metadata;
  const object = {
    ...live,
    metadata: {
      ...rest,
      ...(uid !== '' && { uid }),
      resourceVersion: resourceVersion === '' && isCustom ? rest.resourceVersion : resourceVersion,
      ...(managedFields && { managedFields }),
    },
  };
  return withValueAt(object, keysOf(pathsOf(call).specReplicasPath), spec.replicas ?? 0) as KubeObject;
};

/** Where each version of the kind has its number of copies. */
const placesOf = ({ resource }: Call): ReplicasPlaces => {
  const { group, versions, scale, origin } = resource.definition;
  const paths = versions.map(({ version, own }): [string, readonly string[] | undefined] => {
    const path = (origin === 'custom' ? (own?.scale ?? scale) : scale)?.specReplicasPath;
    const elements = path === undefined ? undefined : keysOf(path).map((key) => `f:${key}`);
    return [apiVersionOf(group, version), elements];
  });
  return { apiVersion: resource.apiVersion, paths: new Map(paths) };
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
