import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { annotations } from '@fairlead/api';
import type { ManagedFieldsEntry } from '@fairlead/kube';
import { whoChanged } from './who-changed.ts';

const at = (second: number): string => `2026-01-01T00:00:0${second}Z`;
const spec = { 'f:spec': { 'f:env': {} } };
const signature = { 'f:metadata': { 'f:annotations': { [`f:${annotations.changedBy}`]: {} } } };
const entry = (
  manager: string,
  second: number,
  fieldsV1: NonNullable<ManagedFieldsEntry['fieldsV1']>,
): ManagedFieldsEntry => ({ manager, time: at(second), fieldsV1 });

const cli = entry('fairlead-cli', 3, { ...spec, ...signature });
const kubectl = entry('kubectl', 5, spec);

const rows: readonly [says: string, signed: boolean, entries: readonly ManagedFieldsEntry[], who: string][] =
  [
    ['nobody is known', false, [], 'unknown'],
    ['only a signature is known', true, [], 'ada'],
    ['a signed change', true, [cli], 'ada'],
    ['a later change without a signature', true, [cli, kubectl], 'kubectl'],
    [
      'a signed change after one without',
      true,
      [kubectl, entry('fairlead-cli', 7, { ...spec, ...signature })],
      'ada',
    ],
    ['a manager without a signature', false, [kubectl], 'kubectl'],
    [
      'who wrote a status changed nothing',
      true,
      [cli, { ...entry('fairlead', 9, spec), subresource: 'status' }],
      'ada',
    ],
    ['who wrote finalizers changed nothing', true, [cli, entry('fairlead', 9, { 'f:metadata': {} })], 'ada'],
    ['two in the same second', true, [entry('kubectl', 3, spec), cli], 'ada'],
  ];

describe('whoChanged', () => {
  for (const [says, signed, managedFields, who] of rows)
    it(says, () => {
      const marks = signed ? { annotations: { [annotations.changedBy]: 'ada' } } : {};
      assert.equal(whoChanged({ ...marks, managedFields }), who);
    });
});
