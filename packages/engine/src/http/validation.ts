import type { KubeObject } from '@fairlead/kube';
import { metadataChangeErrors, metadataErrors } from '../resources/metadata-rules.ts';
import { nameErrors } from '../resources/names.ts';
import { validate } from '../schema/validate.ts';
import type { Call } from './api.ts';
import { invalid } from './errors.ts';

/** Refuses with 422 and all causes at once. Structure first: the rules of a kind may then trust it. */
export const requireValid = (call: Call, object: KubeObject, old?: KubeObject): void => {
  const { definition, version, rules } = call.resource;
  const { metadata } = object;
  const errors = [
    ...(old === undefined ? nameErrors(definition, metadata.name) : []),
    ...metadataErrors(object),
    ...(old === undefined ? [] : metadataChangeErrors(metadata, old.metadata)),
    ...validate(version.schema(), object),
  ];
  const found = errors.length > 0 ? errors : (rules.validate?.(object, old) ?? []);
  if (found.length === 0) return;
  throw invalid({ group: definition.group, kind: definition.kind, name: metadata.name }, found);
};
