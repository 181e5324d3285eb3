import type { KubeObject, PolicyRule } from '@fairlead/kube';
import { serviceAccountName } from '../auth/service-account.ts';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** Who is bound to a role (rbac.authorization.k8s.io/v1, Subject). */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly apiGroup?: string;
}

export interface RoleRef {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
}

/** A Role or a ClusterRole. */
export interface RoleObject extends KubeObject {
  readonly rules?: readonly PolicyRule[] | null;
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly unknown[] };
}

/** A RoleBinding or a ClusterRoleBinding. */
export interface BindingObject extends KubeObject {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[] | null;
}

/** What one subject has of one binding. */
export interface Grant {
  readonly role: RoleRef;
  readonly binding: string;
  /** Empty for what holds everywhere. */
  readonly namespace: string;
  readonly subject: Subject;
}

/** Whom a subject means: a user's own name or a group's. Undefined for a subject that nobody can be. */
export interface Holder {
  readonly among: 'users' | 'groups';
  readonly name: string;
}

export const holderOf = (subject: Subject, namespace: string): Holder | undefined => {
  switch (subject.kind) {
    case 'User':
      return { among: 'users', name: subject.name };
    case 'Group':
      return { among: 'groups', name: subject.name };
    case 'ServiceAccount': {
      const home = subject.namespace || namespace;
      return home === '' ? undefined : { among: 'users', name: serviceAccountName(home, subject.name) };
    }
    default:
      return undefined;
  }
};

/** `ClusterRoleBinding "x" of ClusterRole "y" to Group "z"`: what a review says of an allowed request. */
export const describeGrant = ({ role, binding, namespace, subject }: Grant): string => {
  const kind = namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding';
  const name = namespace === '' ? binding : `${binding}/${namespace}`;
  const home = subject.namespace || namespace;
  const whom = subject.kind === 'ServiceAccount' ? `${subject.name}/${home}` : subject.name;
  return `${kind} ${quoted(name)} of ${role.kind} ${quoted(role.name)} to ${subject.kind} ${quoted(whom)}`;
};

const quoted = (text: string): string => JSON.stringify(text);
