import type { KubeObject, ObjectMeta, OwnerReference } from '@fairlead/kube';
import { type FieldError, forbidden, invalid, tooLong } from '../schema/field-error.ts';
import { dnsSubdomain } from './names.ts';

const QUALIFIED_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const ANNOTATION_BYTES = 256 * 1024;

/** Rules for the metadata of every kind (Kubernetes' ValidateObjectMeta), except its name. */
export const metadataErrors = ({ metadata }: KubeObject): FieldError[] => [
  ...labelErrors(metadata.labels ?? {}),
  ...annotationErrors(metadata.annotations ?? {}),
  ...ownerErrors(metadata.ownerReferences ?? []),
  ...(metadata.finalizers ?? []).flatMap(finalizerErrors),
];

/** The rules for a change of them. */
export const metadataChangeErrors = (next: ObjectMeta, old: ObjectMeta): FieldError[] => [
  ...IMMUTABLE.flatMap((field) =>
    next[field] === old[field]
      ? []
      : [invalid(`metadata.${field}`, next[field] ?? null, 'field is immutable')],
  ),
  ...newFinalizerErrors(next, old),
];

const IMMUTABLE = ['name', 'uid', 'creationTimestamp'] as const;

const newFinalizerErrors = (next: ObjectMeta, old: ObjectMeta): FieldError[] => {
  if (old.deletionTimestamp === undefined) return [];
  const added = (next.finalizers ?? []).filter((one) => !old.finalizers?.includes(one));
  if (added.length === 0) return [];
  const shown = added.map((one) => JSON.stringify(one)).join(', ');
  return [
    forbidden(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${shown}}`,
    ),
  ];
};

const labelErrors = (labels: Readonly<Record<string, string>>): FieldError[] =>
  Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedNameFaults(key).map((detail) => invalid('metadata.labels', key, detail)),
    ...labelValueFaults(value).map((detail) => invalid('metadata.labels', value, detail)),
  ]);

const labelValueFaults = (value: string): string[] => [
  ...(value.length > 63 ? ['must be no more than 63 bytes'] : []),
  ...(LABEL_VALUE.test(value)
    ? []
    : [
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      ]),
];

const annotationErrors = (annotations: Readonly<Record<string, string>>): FieldError[] => {
  let size = 0;
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(annotations)) {
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
    // Annotation keys are compared in lower case: older writers used capitals.
    for (const detail of qualifiedNameFaults(key.toLowerCase())) {
      errors.push(invalid('metadata.annotations', key, detail));
    }
  }
  if (size > ANNOTATION_BYTES) errors.push(tooLong('metadata.annotations', ANNOTATION_BYTES));
  return errors;
};

const qualifiedNameFaults = (key: string): string[] => {
  const parts = key.split('/');
  const [prefix, name] = parts.length === 1 ? [undefined, parts[0]] : parts;
  if (parts.length > 2) return [NOT_QUALIFIED];
  if (prefix === '') return ['prefix part must be non-empty'];
  const prefixFaults =
    prefix === undefined ? [] : dnsSubdomain(prefix).map((fault) => `prefix part ${fault}`);
  return [...prefixFaults, ...namePartFaults(name ?? '')];
};

const namePartFaults = (name: string): string[] => {
  if (name === '') return ['name part must be non-empty', NAME_PART];
  return [
    ...(name.length > 63 ? ['name part must be no more than 63 bytes'] : []),
    ...(QUALIFIED_NAME.test(name) ? [] : [NAME_PART]),
  ];
};

const CHARACTERS =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const NAME_PART = `name part ${CHARACTERS}`;
const NOT_QUALIFIED = `a qualified name ${CHARACTERS} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;

const ownerErrors = (owners: readonly OwnerReference[]): FieldError[] => {
  const errors = owners.flatMap((owner, index) =>
    (['apiVersion', 'kind', 'name', 'uid'] as const)
      .filter((field) => owner[field] === undefined || owner[field] === '')
      .map((field) => invalid(`metadata.ownerReferences[${index}].${field}`, '', 'must not be empty')),
  );
  const controllers = owners.filter((owner) => owner.controller === true);
  if (controllers.length < 2) return errors;
  const [first, second] = controllers.map((owner) => owner.name);
  return [
    ...errors,
    invalid(
      'metadata.ownerReferences',
      owners,
      `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`,
    ),
  ];
};

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

const finalizerErrors = (finalizer: string, index: number): FieldError[] => {
  const field = `metadata.finalizers[${index}]`;
  const faults = qualifiedNameFaults(finalizer);
  if (faults.length > 0) return faults.map((detail) => invalid(field, finalizer, detail));
  if (finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer)) return [];
  return [invalid(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];
};
