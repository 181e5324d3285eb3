import { given, post, type Request } from './case.ts';

export const RBAC = '/apis/rbac.authorization.k8s.io/v1';
export const IN_NS = `${RBAC}/namespaces/{{ns}}`;

const apiGroup = 'rbac.authorization.k8s.io';

export const reading = { verbs: ['get', 'list'], apiGroups: [''], resources: ['serviceaccounts'] };

export const roleRef = (kind: string, name: string) => ({ apiGroup, kind, name });

export const user = (name: string) => ({ apiGroup, kind: 'User', name });

export const group = (name: string) => ({ apiGroup, kind: 'Group', name });

export const account = (name: string) => ({ kind: 'ServiceAccount', name, namespace: '{{ns}}' });

/** A role in the case's namespace, and a binding of it to somebody. */
export const granted = (subject: object, ...rules: readonly object[]): readonly Request[] => [
  given(post(`${IN_NS}/roles`, { metadata: { name: 'granted' }, rules })),
  given(
    post(`${IN_NS}/rolebindings`, {
      metadata: { name: 'granted' },
      roleRef: roleRef('Role', 'granted'),
      subjects: [subject],
    }),
  ),
];

/** The same everywhere. Bound to a user of the case's own, so that no other case sees it. */
export const grantedEverywhere = (subject: object, ...rules: readonly object[]): readonly Request[] => [
  given(post(`${RBAC}/clusterroles`, { metadata: { name: '{{ns}}-granted' }, rules })),
  given(
    post(`${RBAC}/clusterrolebindings`, {
      metadata: { name: '{{ns}}-granted' },
      roleRef: roleRef('ClusterRole', '{{ns}}-granted'),
      subjects: [subject],
    }),
  ),
];

/** The headers by which the administrator is somebody of the case's own. */
export const as = (name: string, ...groups: readonly string[]) => ({
  headers: {
    'impersonate-user': name,
    ...(groups[0] !== undefined && { 'impersonate-group': groups[0] }),
  },
});
