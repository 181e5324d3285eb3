import type { JsonObject } from '../json.ts';
import { all, at, type Edit, fill, isAbsent, isFilled, listOr, objectOr, when, without } from './edit.ts';

/** Selectors can name a namespace by this label. */
export const namespace: Edit = at('metadata', (metadata) => {
  const { name } = metadata;
  const labels = objectOr(metadata.labels);
  if (isAbsent(name) || labels['kubernetes.io/metadata.name'] === name) return metadata;
  return { ...metadata, labels: { ...labels, 'kubernetes.io/metadata.name': name } };
});

/** `podCIDR` is the first of `podCIDRs`; where they differ it wins. */
const podRanges: Edit = (spec) => {
  const first = listOr(spec.podCIDRs)[0];
  if (isAbsent(spec.podCIDR)) return isAbsent(first) ? spec : { ...spec, podCIDR: first };
  return spec.podCIDR === first ? spec : { ...spec, podCIDRs: [spec.podCIDR] };
};

export const node: Edit = all(
  at('spec', podRanges),
  at(
    'status',
    fill('allocatable', ({ capacity }) => capacity ?? undefined),
  ),
);

/** `stringData` is written only: it goes into `data`, over what is there. */
export const secret: Edit = (object) => {
  if (!('stringData' in object)) return object;
  const texts = Object.entries(objectOr(object.stringData));
  const rest = without(object, 'stringData');
  if (texts.length === 0) return rest;
  const data = texts.map(([name, text]) => [name, Buffer.from(String(text)).toString('base64')]);
  return { ...rest, data: { ...objectOr(object.data), ...Object.fromEntries(data) } };
};

/** A container's limit follows from its maximum, and what it requests from its limit, then its minimum. */
const limits: Edit = (item) => {
  const limit = { ...objectOr(item.max), ...objectOr(item.default) };
  const request = { ...objectOr(item.min), ...limit, ...objectOr(item.defaultRequest) };
  return {
    ...item,
    ...(isFilled(limit) && { default: limit }),
    ...(isFilled(request) && { defaultRequest: request }),
  };
};

export const limitRange: Edit = at(
  'spec.limits[]',
  when(({ type }) => type === 'Container', limits),
);

const userGroups: Readonly<Record<string, string>> = {
  User: 'rbac.authorization.k8s.io',
  Group: 'rbac.authorization.k8s.io',
};

export const roleBinding: Edit = at(
  'subjects[]',
  fill('apiGroup', ({ kind }) => userGroups[String(kind)]),
);

export const networkPolicy: Edit = at('spec', (spec) => {
  if (listOr(spec.policyTypes).length > 0) return spec;
  return { ...spec, policyTypes: listOr(spec.egress).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'] };
});

const names: Edit = all(
  fill('singular', ({ kind }) => (isAbsent(kind) ? undefined : String(kind).toLowerCase())),
  fill('listKind', ({ kind }) => (isAbsent(kind) ? undefined : `${String(kind)}List`)),
);

/** A webhook without anything in it is none. */
const conversion: Edit = (spec) => {
  const { clientConfig, conversionReviewVersions } = objectOr(spec.webhook);
  const empty = isAbsent(clientConfig) && listOr(conversionReviewVersions).length === 0;
  return empty ? without(spec, 'webhook') : spec;
};

const storedVersion = (object: JsonObject): readonly unknown[] =>
  listOr(objectOr(object.spec).versions)
    .map(objectOr)
    .filter(({ storage }) => storage === true)
    .map(({ name }) => name)
    .slice(0, 1);

const storedVersions: Edit = (object) => {
  const status = objectOr(object.status);
  const stored = storedVersion(object);
  if (listOr(status.storedVersions).length > 0 || stored.length === 0) return object;
  return { ...object, status: { ...status, storedVersions: stored } };
};

export const customResourceDefinition: Edit = all(
  at('spec.names', names),
  at('spec.conversion', conversion),
  storedVersions,
);

/** One device, where a number is asked for. */
const count: Edit = when(
  ({ allocationMode }) => allocationMode === 'ExactCount',
  (request) => (Number(request.count ?? 0) === 0 ? { ...request, count: 1 } : request),
);

const devices: Edit = all(at('requests[].exactly', count), at('requests[].firstAvailable[]', count));
export const resourceClaim: Edit = at('spec.devices', devices);
export const resourceClaimTemplate: Edit = at('spec.spec.devices', devices);

/** Times are written to the second. */
const toSeconds = (now: Date): string => `${now.toISOString().slice(0, 19)}Z`;

export const resourceSlice: Edit = at(
  'spec.devices[].taints[]',
  fill('timeAdded', (_, now) => toSeconds(now)),
);
