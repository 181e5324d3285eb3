import type { KubeObject, PolicyRule } from '@fairlead/kube';
import type { Authorizer } from '../auth/authorizer.ts';
import { MASTERS } from '../auth/user.ts';
import { forbidden, notFound } from '../http/errors.ts';
import { type BindingObject, RBAC_GROUP, type RoleObject, type RoleRef } from '../rbac/binding.ts';
import { describeRules, quotedList, uncoveredRules } from '../rbac/covers.ts';
import type { Policy } from '../rbac/policy.ts';
import { equalJson } from '../schema/json.ts';
import type { Admission, AdmissionRequest } from './chain.ts';

/** Who knows what everybody holds, and what is allowed. */
export interface Judges {
  readonly policy: Policy;
  readonly authorize: Authorizer;
}

/**
 * Nobody gives what he does not have (Kubernetes, "Privilege escalation prevention and bootstrapping"): who writes
 * a role must hold all its rules or the verb `escalate`, who binds one all the role's rules or the verb `bind`.
 */
export const escalation = (judges: Judges): Admission => ({
  name: 'PrivilegeEscalation',
  admit(request) {
    const { group, resource } = request.resource.definition;
    const require = group === RBAC_GROUP ? REQUIREMENTS[resource] : undefined;
    if (require === undefined || request.operation === 'DELETE') return request.object;
    if (request.user.groups.includes(MASTERS) || changesOnlyLifetime(request)) return request.object;
    require(judges, request);
    return request.object;
  },
});

type Requirement = (judges: Judges, request: AdmissionRequest) => void;

const requireRole: Requirement = (judges, request) => {
  if (mayEscalate(judges, request)) return;
  const { rules, aggregationRule } = request.object as RoleObject;
  requireHeld(judges, request, rules ?? []);
  const old: RoleObject | undefined = request.old;
  if (!aggregates(aggregationRule) && !aggregates(old?.aggregationRule)) return;
  const { policy } = judges;
  const held = policy.rulesFor(request.user, request.namespace).rules;
  if (uncoveredRules(held, EVERYTHING).length === 0) return;
  throw refusal(request, 'must have cluster-admin privileges to use the aggregationRule');
};

const requireBinding: Requirement = (judges, request) => {
  const { roleRef } = request.object as BindingObject;
  if (mayBind(judges, request, roleRef)) return;
  const rules = judges.policy.rulesOf(roleRef, request.namespace);
  const resource = RESOURCES[roleRef.kind];
  // Validation says what is wrong with a kind that is none of the two.
  if (resource === undefined) return;
  // Kubernetes says it of the bindings, among which it looks for the role when it words this.
  if (rules === undefined) throw notFound({ ...request.resource.definition, name: roleRef.name });
  requireHeld(judges, request, rules);
};

const REQUIREMENTS: Readonly<Record<string, Requirement>> = {
  roles: requireRole,
  clusterroles: requireRole,
  rolebindings: requireBinding,
  clusterrolebindings: requireBinding,
};

const RESOURCES: Readonly<Record<string, string>> = { Role: 'roles', ClusterRole: 'clusterroles' };

const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/** Of a role that is being made, its name is not known to whoever is asked. */
const mayEscalate = (
  { authorize }: Judges,
  { user, resource, namespace, name, operation }: AdmissionRequest,
) =>
  authorize({
    user,
    verb: 'escalate',
    group: RBAC_GROUP,
    version: '*',
    resource: resource.definition.resource,
    subresource: '',
    namespace,
    name: operation === 'CREATE' ? '' : name,
  }).allowed;

const mayBind = ({ authorize }: Judges, { user, namespace }: AdmissionRequest, roleRef: RoleRef): boolean => {
  const resource = RESOURCES[roleRef.kind];
  if (resource === undefined) return false;
  const role = { group: roleRef.apiGroup ?? '', version: '*', resource, subresource: '', name: roleRef.name };
  return authorize({ user, verb: 'bind', namespace, ...role }).allowed;
};

const requireHeld = ({ policy }: Judges, request: AdmissionRequest, wanted: readonly PolicyRule[]): void => {
  const { user, namespace } = request;
  const { rules, missing } = policy.rulesFor(user, namespace);
  const lacking = uncoveredRules(rules, wanted);
  if (lacking.length === 0) return;
  const who = `user ${JSON.stringify(user.name)} (groups=${quotedList(user.groups)})`;
  const what = `is attempting to grant RBAC permissions not currently held:\n${describeRules(lacking).join('\n')}`;
  throw refusal(request, `${who} ${what}${resolutionErrors(request, missing)}`);
};

const resolutionErrors = ({ resource }: AdmissionRequest, missing: readonly RoleRef[]): string => {
  if (missing.length === 0) return '';
  const texts = missing.map(({ name }) => notFound({ ...resource.definition, name }).message);
  return `; resolution errors: [${texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`}]`;
};

const refusal = ({ resource, object }: AdmissionRequest, why: string) =>
  forbidden({ group: RBAC_GROUP, resource: resource.definition.resource, name: object.metadata.name }, why);

const aggregates = (rule: RoleObject['aggregationRule']): boolean =>
  (rule?.clusterRoleSelectors ?? []).length > 0;

/** Whoever may not give the rules may still take part in the object's deletion. */
const changesOnlyLifetime = ({ object, old }: AdmissionRequest): boolean =>
  old !== undefined && equalJson(withLifetimeOf(object, old), old);

const withLifetimeOf = (object: KubeObject, { metadata }: KubeObject): KubeObject => {
  const { ownerReferences, finalizers, managedFields } = metadata;
  return { ...object, metadata: { ...object.metadata, ownerReferences, finalizers, managedFields } };
};
