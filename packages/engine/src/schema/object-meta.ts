import type { ObjectSchema, Schema } from './structural.ts';

const text: Schema = { type: 'string', omitEmpty: true };
const words: Schema = { type: 'map', values: { type: 'string' }, omitEmpty: true };
const time: Schema = { type: 'time', omitEmpty: true };

const ownerReference: ObjectSchema = {
  type: 'object',
  goType: 'v1.OwnerReference',
  typeName: 'meta.v1.OwnerReference',
  atomic: true,
  required: ['apiVersion', 'kind', 'name', 'uid'],
  properties: {
    apiVersion: { type: 'string', zero: '' },
    kind: { type: 'string', zero: '' },
    name: { type: 'string', zero: '' },
    uid: { type: 'string', zero: '', goType: 'types.UID' },
    controller: { type: 'boolean' },
    blockOwnerDeletion: { type: 'boolean' },
  },
};

const managedFieldsEntry: ObjectSchema = {
  type: 'object',
  goType: 'v1.ManagedFieldsEntry',
  typeName: 'meta.v1.ManagedFieldsEntry',
  properties: {
    manager: text,
    operation: { ...text, goType: 'v1.ManagedFieldsOperationType' },
    apiVersion: text,
    time: { type: 'time' },
    fieldsType: text,
    fieldsV1: { type: 'any', goType: 'v1.FieldsV1' },
    subresource: text,
  },
};

/** `metadata` of every object (meta/v1 ObjectMeta), for kinds that come from a CustomResourceDefinition. */
export const OBJECT_META: ObjectSchema = {
  type: 'object',
  goType: 'v1.ObjectMeta',
  typeName: 'meta.v1.ObjectMeta',
  properties: {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: { ...text, goType: 'types.UID' },
    resourceVersion: text,
    generation: { type: 'integer', format: 'int64', omitEmpty: true },
    creationTimestamp: time,
    deletionTimestamp: { type: 'time' },
    deletionGracePeriodSeconds: { type: 'integer', format: 'int64' },
    labels: words,
    annotations: words,
    ownerReferences: {
      type: 'array',
      listType: 'map',
      listMapKeys: ['uid'],
      patchMergeKey: 'uid',
      patchStrategy: 'merge',
      items: ownerReference,
      omitEmpty: true,
    },
    finalizers: {
      type: 'array',
      listType: 'set',
      patchStrategy: 'merge',
      items: { type: 'string' },
      omitEmpty: true,
    },
    managedFields: { type: 'array', listType: 'atomic', items: managedFieldsEntry, omitEmpty: true },
  },
};
