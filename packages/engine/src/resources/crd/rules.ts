import type { KubeObject } from '@fairlead/kube';
import type { Rules } from '../rules.ts';
import { type Crd, completeNames } from './definition.ts';
import { unknownFormats } from './formats.ts';
import { definitionErrors } from './spec-errors.ts';
import { withTerminating } from './status.ts';

/** Keeps a definition until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

const withNames = (crd: Crd): KubeObject => {
  const { spec } = crd;
  const conversion = spec.conversion ?? { strategy: 'None' };
  const names = completeNames(spec.names);
  return { ...crd, spec: { ...spec, names, versions: spec.versions ?? [], conversion } } as KubeObject;
};

const withCleanup = (given: Crd): KubeObject => {
  const crd = withTerminating(given);
  const finalizers = crd.metadata.finalizers ?? [];
  if (finalizers.includes(CLEANUP_FINALIZER)) return crd;
  return { ...crd, metadata: { ...crd.metadata, finalizers: [...finalizers, CLEANUP_FINALIZER] } };
};

const warnings = (crd: Crd, old: Crd | undefined): string[] => {
  const before = new Set(old === undefined ? [] : unknownFormats(old));
  return unknownFormats(crd)
    .filter((format) => !before.has(format))
    .map((format) => `unrecognized format ${JSON.stringify(format)}`);
};

/** Rules for the definitions themselves; what follows from one is in `registration.ts`. */
export const crdRules: Rules = {
  complete: true,
  create: withNames,
  update: withNames,
  deleting: withCleanup,
  validate: (crd: Crd, old: KubeObject | undefined) => definitionErrors(crd, old as Crd | undefined),
  warnings: (crd: Crd, old: KubeObject | undefined) => warnings(crd, old as Crd | undefined),
};
