import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ManagedFieldsEntry } from '@fairlead/kube';
import { scaleEntries, withScaleEntries } from './scale-managers.ts';

const places = { apiVersion: 'apps/v1', paths: new Map([['apps/v1', ['f:spec', 'f:replicas']]]) };
const replicas = { 'f:spec': { 'f:replicas': {} } };

const entry = (
  manager: string,
  fieldsV1: NonNullable<ManagedFieldsEntry['fieldsV1']>,
  more: object = {},
): ManagedFieldsEntry => ({
  manager,
  operation: 'Update',
  apiVersion: 'apps/v1',
  time: '2026-01-02T03:04:05Z',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...more,
});

test('A scale shows who owns the number of copies, and nobody else', () => {
  const both = entry('both', { 'f:spec': { 'f:replicas': {}, 'f:selector': {} } });
  const other = entry('other', { 'f:spec': { 'f:selector': {} } });
  assert.deepEqual(scaleEntries([both, other], places), [
    { ...both, apiVersion: 'autoscaling/v1', fieldsV1: replicas },
  ]);
});

test('Whoever scales takes the number from who applied it, in an entry without a time', () => {
  const applied = entry('one', { 'f:spec': { 'f:replicas': {}, 'f:selector': {} } }, { operation: 'Apply' });
  const { time: _, ...scaler } = entry('scaler', replicas, {
    apiVersion: 'autoscaling/v1',
    subresource: 'scale',
  });
  assert.deepEqual(withScaleEntries([applied], [scaler], places), [
    { ...applied, fieldsV1: { 'f:spec': { 'f:selector': {} } } },
    { ...scaler, apiVersion: 'apps/v1' },
  ]);
});

test('An applier who is not touched keeps his entry as it is', () => {
  const applied = entry('one', replicas, { operation: 'Apply' });
  const shown = scaleEntries([applied], places);
  assert.deepEqual(withScaleEntries([applied], shown, places), [applied]);
});

test('Owners in versions that are no more are left out', () => {
  const old = entry('one', { 'f:spec': { 'f:selector': {} } }, { apiVersion: 'apps/v1beta1' });
  assert.deepEqual(withScaleEntries([old], undefined, places), undefined);
});
