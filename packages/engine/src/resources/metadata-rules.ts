import type { ObjectMeta, OwnerReference } from '@fairlead/kube';
import type { ResourceDefinition } from '../schema/definition.ts';
import { type FieldError, tooLong } from '../schema/field-error.ts';
import { Place } from '../schema/place.ts';
import { type Format, labelValue, qualifiedName } from './formats.ts';
import { judgeName, nameFormat } from './names.ts';
import type { MetadataLook } from './rules.ts';

const ANNOTATION_BYTES = 256 * 1024;

/** The rules for the metadata of a new object of any kind (Kubernetes' ValidateObjectMeta). */
export const metadataErrors = (definition: ResourceDefinition, metadata: ObjectMeta): FieldError[] => {
  const at = new Place('metadata');
  judgeObjectMeta(metadata, nameFormat(definition), at);
  if (definition.origin === 'builtin') judgeFinalizerNames(metadata.finalizers, at.field('finalizers'));
  return at.found;
};

/** Those that hold for built-in and custom kinds alike. */
export const judgeObjectMeta = (metadata: ObjectMeta, format: Format, at: Place): void => {
  judgeName(metadata, format, at);
  judgeDescription(metadata, at);
  judgeFinalizers(metadata.finalizers, at.field('finalizers'));
};

/**
 * The rules for a change of it. Kubernetes looks at the same several times over, once for all kinds and once for
 * each, and every look leaves its cause.
 */
export const metadataChangeErrors = (
  { next, old }: { readonly next: ObjectMeta; readonly old: ObjectMeta },
  definition: ResourceDefinition,
  looks: readonly MetadataLook[] = ['change'],
): FieldError[] => {
  const described = errorsOf((at) => judgeDescription(next, at));
  const whole = [...described, ...errorsOf((at) => judgeFinalizers(next.finalizers, at.field('finalizers')))];
  const change = [...errorsOf((at) => judgeChange(next, old, at)), ...described];
  const names =
    definition.origin === 'builtin'
      ? errorsOf((at) => judgeFinalizerNames(next.finalizers, at.field('finalizers')))
      : [];
  const own = looks.flatMap((look) => [...(look === 'whole' ? whole : change), ...names]);
  return [...whole, ...change, ...own];
};

const errorsOf = (judge: (at: Place) => void): FieldError[] => {
  const at = new Place('metadata');
  judge(at);
  return at.found;
};

/** What is said about an object: its labels, annotations and owners. */
const judgeDescription = (metadata: ObjectMeta, at: Place): void => {
  if (metadata.labels !== undefined) judgeLabels(metadata.labels, at.field('labels'));
  if (metadata.annotations !== undefined) judgeAnnotations(metadata.annotations, at.field('annotations'));
  if (metadata.ownerReferences !== undefined) {
    judgeOwners(metadata.ownerReferences, at.field('ownerReferences'));
  }
};

const IMMUTABLE = ['name', 'uid', 'creationTimestamp'] as const;

const judgeChange = (next: ObjectMeta, old: ObjectMeta, at: Place): void => {
  if (old.deletionTimestamp !== undefined) {
    judgeNewFinalizers(next.finalizers ?? [], old.finalizers ?? [], at.field('finalizers'));
  }
  for (const field of IMMUTABLE) {
    if (next[field] !== old[field]) at.field(field).invalid(next[field] ?? null, 'field is immutable');
  }
};

const judgeNewFinalizers = (next: readonly string[], old: readonly string[], at: Place): void => {
  const added = next.filter((one) => !old.includes(one)).sort();
  if (added.length === 0) return;
  const shown = added.map((one) => JSON.stringify(one)).join(', ');
  at.forbidden(
    `no new finalizers can be added if the object is being deleted, found new finalizers []string{${shown}}`,
  );
};

type Texts = Readonly<Record<string, string>>;

/** Labels of an object, of a template, of a selector. */
export const judgeLabels = (labels: Texts, at: Place): void => {
  for (const key in labels) {
    const value = labels[key] as string;
    at.faults(key, qualifiedName(key));
    at.faults(value, labelValue(value));
  }
};

export const judgeAnnotations = (annotations: Texts, at: Place): void => {
  let size = 0;
  for (const key in annotations) {
    size += Buffer.byteLength(key) + Buffer.byteLength(annotations[key] as string);
    // Keys are compared in lower case: older writers used capitals.
    at.faults(key, qualifiedName(key.toLowerCase()));
  }
  if (size > ANNOTATION_BYTES) at.found.push(tooLong(at.path, ANNOTATION_BYTES));
};

const OWNER_FIELDS = ['apiVersion', 'kind', 'name', 'uid'] as const;

const judgeOwners = (owners: readonly OwnerReference[], at: Place): void => {
  let controller: string | undefined;
  for (const owner of owners) {
    for (const field of OWNER_FIELDS) {
      if ((owner[field] ?? '') === '') at.field(field).invalid('', EMPTY_OWNER[field]);
    }
    if (owner.apiVersion === 'v1' && owner.kind === 'Event') {
      at.invalid(owner, '/v1, Kind=Event is disallowed from being an owner');
    }
    if (owner.controller !== true) continue;
    const name = `${owner.kind}/${owner.name}`;
    if (controller !== undefined) {
      const found = `Found "true" in references for ${controller} and ${name}`;
      at.invalid(owners.map(inGoOrder), `Only one reference can have Controller set to true. ${found}`);
    } else controller = name;
  }
};

/** Messages show the members in the order of Kubernetes' type. */
const inGoOrder = (owner: OwnerReference): ReadonlyMap<string, unknown> => {
  const members = [...OWNER_FIELDS, 'controller', 'blockOwnerDeletion'] as const;
  return new Map(members.filter((name) => owner[name] !== undefined).map((name) => [name, owner[name]]));
};

const EMPTY_OWNER = {
  apiVersion: 'version must not be empty',
  kind: 'must not be empty',
  name: 'must not be empty',
  uid: 'must not be empty',
};

const judgeFinalizers = (finalizers: readonly string[] | undefined, at: Place): void => {
  if (finalizers === undefined) return;
  for (const finalizer of finalizers) at.faults(finalizer, qualifiedName(finalizer));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    at.invalid(finalizers, 'finalizer orphan and foregroundDeletion cannot be both set');
  }
};

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

const judgeFinalizerNames = (finalizers: readonly string[] | undefined, at: Place): void => {
  finalizers?.forEach((finalizer, index) => judgeFinalizerName(finalizer, at.index(index)));
};

const judgeFinalizerName = (finalizer: string, at: Place): void => {
  if (finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer)) return;
  at.invalid(finalizer, 'name is neither a standard finalizer name nor is it fully qualified');
};

/** One that a kind keeps outside of its metadata (a namespace's `spec.finalizers`). */
export const judgeFinalizer = (finalizer: string, at: Place): void => {
  at.faults(finalizer, qualifiedName(finalizer));
  judgeFinalizerName(finalizer, at);
};
