import type { KubeObject, ObjectMeta } from '@fairlead/kube';
import type { Api } from './api.ts';

let lastSecond = { at: Number.NaN, text: '' };

/** RFC 3339 in whole seconds, as all times in metadata. Under load many ask within one second. */
export const timestamp = (milliseconds: number): string => {
  const at = Math.floor(milliseconds / 1000);
  if (lastSecond.at !== at) lastSecond = { at, text: `${new Date(at * 1000).toISOString().slice(0, 19)}Z` };
  return lastSecond.text;
};

/** What the server says of a new object, over what the client sent. */
export const newMetadata = (
  api: Api,
  given: {
    readonly sent: ObjectMeta;
    readonly name: string;
    readonly namespace: string;
    readonly generation: boolean;
  },
): ObjectMeta => {
  const { sent } = given;
  return {
    name: given.name,
    ...(sent.generateName !== undefined && sent.generateName !== '' && { generateName: sent.generateName }),
    ...(given.namespace !== '' && { namespace: given.namespace }),
    uid: renderUuid(api.random),
    ...(given.generation && { generation: 1 }),
    creationTimestamp: timestamp(api.clock.now()),
    ...described(sent),
  };
};

/** What a client decides about, with nothing said in place of nothing in it. */
const described = (sent: ObjectMeta) => ({
  ...(!isEmpty(sent.labels) && { labels: sent.labels }),
  ...(!isEmpty(sent.annotations) && { annotations: sent.annotations }),
  ...(!isEmpty(sent.ownerReferences) && { ownerReferences: sent.ownerReferences }),
  ...(!isEmpty(sent.finalizers) && { finalizers: sent.finalizers }),
  ...(sent.managedFields !== undefined && { managedFields: sent.managedFields }),
});

const isEmpty = (value: object | undefined | null): boolean =>
  value === undefined || value === null || Object.keys(value).length === 0;

/**
 * The metadata of an update: what clients may not say is taken from the old object, except where a wrong
 * value has to be refused (see `metadataChangeErrors`).
 */
export const updatedMetadata = (sent: ObjectMeta, old: ObjectMeta): ObjectMeta => ({
  name: sent.name,
  ...(old.generateName !== undefined && { generateName: old.generateName }),
  ...(old.namespace !== undefined && { namespace: old.namespace }),
  uid: sent.uid === undefined || sent.uid === '' ? old.uid : sent.uid,
  resourceVersion: old.resourceVersion,
  ...(old.generation !== undefined && { generation: old.generation }),
  creationTimestamp: sent.creationTimestamp ?? old.creationTimestamp,
  ...(old.deletionTimestamp !== undefined && { deletionTimestamp: old.deletionTimestamp }),
  ...(old.deletionGracePeriodSeconds !== undefined && {
    deletionGracePeriodSeconds: old.deletionGracePeriodSeconds,
  }),
  ...described(sent),
});

/** An object with other metadata. */
export const withMetadata = (object: KubeObject, metadata: ObjectMeta): KubeObject => ({
  ...object,
  metadata,
});

/** RFC 9562, version 4, from a source of randomness that a test can replay. */
export const renderUuid = (random: () => number): string => {
  const [a, b, c, d] = [draw(random), draw(random), draw(random), draw(random)];
  const version = half((b & 0xfff) | 0x4000);
  const variant = half(((c >>> 16) & 0x3fff) | 0x8000);
  return `${half(a >>> 16)}${half(a)}-${half(b >>> 16)}-${version}-${variant}-${half(c)}${half(d >>> 16)}${half(d)}`;
};

/** 32 bits. */
const draw = (random: () => number): number => (random() * 0x1_0000_0000) >>> 0;

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The lower 16 bits in four digits. */
const half = (bits: number): string => `${BYTES[(bits >>> 8) & 0xff]}${BYTES[bits & 0xff]}`;
