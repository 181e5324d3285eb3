import type { KubeObject } from '@fairlead/kube';
import { metadataChangeErrors, metadataErrors } from '../resources/metadata-rules.ts';
import { partRules } from '../resources/rules.ts';
import type { FieldError } from '../schema/field-error.ts';
import { validate } from '../schema/validate.ts';
import type { Call } from './api.ts';
import { invalid } from './errors.ts';
import type { Part } from './update.ts';

/** A write that is to be judged. */
interface Write {
  readonly object: KubeObject;
  readonly old?: KubeObject;
  readonly part: Part;
}

/** Refuses with 422 and all causes at once. */
export const requireValid = (call: Call, write: Write): void => {
  const { definition, rules } = call.resource;
  const looks = write.part === 'object' ? rules.looks : undefined;
  const { metadata } = write.object;
  const isLast = write.old === undefined && rules.metadataLast === true;
  const aboutMetadata = (): FieldError[] =>
    write.old === undefined
      ? metadataErrors(definition, metadata)
      : metadataChangeErrors({ next: metadata, old: write.old.metadata }, definition, looks);
  const first = withContentErrors(call, write, isLast ? [] : aboutMetadata());
  const found = isLast && first.length === 0 ? aboutMetadata() : first;
  if (found.length === 0) return;
  throw invalid({ group: definition.group, kind: definition.kind, name: metadata.name }, found);
};

/** Kinds with all their rules name every fault; of others the structure comes first, for their rules trust it. */
const withContentErrors = (
  { resource, warnings }: Call,
  { object, old, part }: Write,
  errors: readonly FieldError[],
): readonly FieldError[] => {
  const { rules, version } = resource;
  if (rules.complete) {
    const judge = partRules(rules, part).validate;
    return [...errors, ...(judge?.(object, old) ?? [])];
  }
  const verdict = validate(version.schema(), object, {
    old,
    part: part === 'status' ? part : undefined,
    before: errors,
  });
  warnings.push(...verdict.warnings);
  return verdict.errors.length > 0 ? verdict.errors : (rules.validate?.(object, old) ?? []);
};
