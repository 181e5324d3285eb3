import type { KubeObject } from '@fairlead/kube';
import { equalJson } from '../schema/json.ts';
import type { BindingObject, RoleObject, Subject } from './binding.ts';
import { uncoveredRules } from './covers.ts';

/**
 * What a default role or binding has to become so that it has at least what it should (Kubernetes, "Using RBAC
 * Authorization", auto-reconciliation): what somebody added stays. Undefined when nothing is to be done.
 */
export const desiredObject = (wanted: KubeObject, live: KubeObject | undefined): KubeObject | undefined => {
  if (live === undefined) return wanted;
  if (live.metadata.annotations?.['rbac.authorization.kubernetes.io/autoupdate'] === 'false')
    return undefined;
  const next = isBinding(wanted) ? withSubjects(live as BindingObject, wanted) : withRules(live, wanted);
  const metadata = withWords(live, wanted);
  return next === live && metadata === live.metadata ? undefined : { ...next, metadata };
};

const isBinding = (object: KubeObject): object is BindingObject => 'roleRef' in object;

const withRules = (live: RoleObject, wanted: RoleObject): RoleObject => {
  const { rules, aggregationRule } = live;
  // Nearly always they are what they should be: a start has a hundred to look at.
  const lacking = equalJson(rules, wanted.rules) ? [] : uncoveredRules(rules ?? [], wanted.rules ?? []);
  const asked = wanted.aggregationRule?.clusterRoleSelectors ?? [];
  const held = aggregationRule?.clusterRoleSelectors ?? [];
  const selectors = asked.filter((selector) => !held.some((known) => equalJson(known, selector)));
  if (lacking.length === 0 && selectors.length === 0) return live;
  return {
    ...live,
    rules: [...(rules ?? []), ...lacking],
    ...(selectors.length > 0 && { aggregationRule: { clusterRoleSelectors: [...held, ...selectors] } }),
  };
};

const withSubjects = (live: BindingObject, wanted: BindingObject): BindingObject => {
  const held = live.subjects ?? [];
  const lacking = (wanted.subjects ?? []).filter(
    (subject) => !held.some((known) => sameSubject(known, subject)),
  );
  return lacking.length === 0 ? live : { ...live, subjects: [...held, ...lacking] };
};

const sameSubject = (a: Subject, b: Subject): boolean =>
  a.kind === b.kind && a.name === b.name && (a.namespace ?? '') === (b.namespace ?? '');

/** Labels and annotations that should be there; those that are there win. */
const withWords = ({ metadata }: KubeObject, { metadata: wanted }: KubeObject): KubeObject['metadata'] => {
  const labels = { ...wanted.labels, ...metadata.labels };
  const annotations = { ...wanted.annotations, ...metadata.annotations };
  const same = equalJson(labels, metadata.labels ?? {}) && equalJson(annotations, metadata.annotations ?? {});
  return same ? metadata : { ...metadata, labels, annotations };
};
