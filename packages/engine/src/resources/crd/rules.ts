import type { KubeObject } from '@fairlead/kube';
import { parseCrdSchema } from '../../schema/crd-schema.ts';
import { type FieldError, invalid, notSupported, required } from '../../schema/field-error.ts';
import { dnsLabel1035, dnsSubdomain, type Format } from '../formats.ts';
import type { Rules } from '../rules.ts';
import { withTerminating } from './status.ts';
import { type Crd, type CrdNames, type CrdSpec, type CrdVersion, completeNames } from './definition.ts';

/** Keeps a definition until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

const withNames = (crd: Crd): KubeObject => {
  const { spec } = crd;
  const conversion = spec.conversion ?? { strategy: 'None' };
  return { ...crd, spec: { ...spec, names: completeNames(spec.names), conversion } } as KubeObject;
};

const withCleanup = (given: Crd): KubeObject => {
  const crd = withTerminating(given);
  const finalizers = crd.metadata.finalizers ?? [];
  if (finalizers.includes(CLEANUP_FINALIZER)) return crd;
  return { ...crd, metadata: { ...crd.metadata, finalizers: [...finalizers, CLEANUP_FINALIZER] } };
};

const nameErrors = (names: CrdNames): FieldError[] => [
  ...(names.plural ? [] : [required('spec.names.plural')]),
  ...(names.plural ? faults('spec.names.plural', names.plural, dnsLabel1035) : []),
  ...(names.kind ? kindErrors('spec.names.kind', names.kind) : [required('spec.names.kind')]),
  ...(names.listKind ? kindErrors('spec.names.listKind', names.listKind) : []),
  ...(names.shortNames ?? []).flatMap((name, index) =>
    faults(`spec.names.shortNames[${index}]`, name, dnsLabel1035),
  ),
  ...(names.kind && names.kind === names.listKind
    ? [invalid('spec.names.listKind', names.listKind, 'kind and listKind may not be the same')]
    : []),
];

const faults = (field: string, value: string, rule: Format): FieldError[] =>
  rule(value).map((detail) => invalid(field, value, detail));

const kindErrors = (field: string, kind: string): FieldError[] =>
  dnsLabel1035(kind.toLowerCase()).map((fault) =>
    invalid(field, kind, `may have mixed case, but should otherwise match: ${fault}`),
  );

const specErrors = (spec: CrdSpec): FieldError[] => [
  ...(spec.group ? faults('spec.group', spec.group, dnsSubdomain) : [required('spec.group')]),
  ...(spec.group && !spec.group.includes('.')
    ? [invalid('spec.group', spec.group, 'should be a domain with at least one dot')]
    : []),
  ...(spec.scope === 'Namespaced' || spec.scope === 'Cluster'
    ? []
    : [notSupported('spec.scope', spec.scope ?? '', ['Cluster', 'Namespaced'])]),
  ...nameErrors(spec.names),
  ...versionsErrors(spec.versions ?? []),
  ...(spec.preserveUnknownFields === true
    ? [
        invalid(
          'spec.preserveUnknownFields',
          true,
          'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
        ),
      ]
    : []),
  ...(spec.conversion?.strategy === 'Webhook'
    ? [notSupported('spec.conversion.strategy', 'Webhook', ['None'])]
    : []),
];

const versionsErrors = (versions: readonly CrdVersion[]): FieldError[] => {
  const names = versions.map(({ name }) => name);
  const stored = versions.filter(({ storage }) => storage).length;
  return [
    ...(stored === 1
      ? []
      : [invalid('spec.versions', names, 'must have exactly one version marked as storage version')]),
    ...(new Set(names).size === names.length
      ? []
      : [invalid('spec.versions', names, 'must contain unique version names')]),
    ...versions.flatMap(versionErrors),
  ];
};

const versionErrors = (version: CrdVersion, index: number): FieldError[] => {
  const field = `spec.versions[${index}]`;
  const schema = version.schema?.openAPIV3Schema;
  const path = `${field}.schema.openAPIV3Schema`;
  return [
    ...(version.name ? faults(`${field}.name`, version.name, dnsLabel1035) : [required(`${field}.name`)]),
    ...(schema === undefined
      ? [required(path, 'schemas are required')]
      : parseCrdSchema(schema, { path }).errors),
  ];
};

const ownNameErrors = ({ metadata, spec }: Crd): FieldError[] => {
  if (metadata.name === `${spec.names.plural}.${spec.group}`) return [];
  return [invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')];
};

const IMMUTABLE = [
  ['spec.group', (spec: CrdSpec) => spec.group],
  ['spec.scope', (spec: CrdSpec) => spec.scope],
  ['spec.names.kind', (spec: CrdSpec) => spec.names.kind],
  ['spec.names.plural', (spec: CrdSpec) => spec.names.plural],
] as const;

const changeErrors = (next: Crd, old: Crd): FieldError[] => [
  ...IMMUTABLE.flatMap(([field, read]) =>
    read(next.spec) === read(old.spec) ? [] : [invalid(field, read(next.spec), 'field is immutable')],
  ),
  ...(next.status?.storedVersions ?? [])
    .filter((stored) => !next.spec.versions.some(({ name }) => name === stored))
    .map((stored) =>
      invalid(
        'status.storedVersions[0]',
        stored,
        'missing from spec.versions; was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted and removes it from status.storedVersions',
      ),
    ),
];

/** Rules for the definitions themselves; what follows from one is in `registration.ts`. */
export const crdRules: Rules = {
  create: withNames,
  update: withNames,
  deleting: withCleanup,
  validate: (next: Crd, old: KubeObject | undefined) => [
    ...ownNameErrors(next),
    ...specErrors(next.spec),
    ...(old === undefined ? [] : changeErrors(next, old as Crd)),
  ],
};
