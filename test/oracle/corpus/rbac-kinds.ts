import { type Case, changed, given, named, post, put } from '../case.ts';
import { IN_NS, RBAC, reading, roleRef, user } from '../roles.ts';

const role = (...rules: readonly object[]) => ({ metadata: { name: 'r' }, rules });
const binding = (over: object) => ({ metadata: { name: 'b' }, roleRef: roleRef('Role', 'r'), ...over });

export const cases: readonly Case[] = [
  {
    title: 'A role and its bindings, with their defaults',
    bullet: 'rbac',
    steps: [
      post(`${IN_NS}/roles`, role(reading)),
      post(`${IN_NS}/rolebindings`, {
        metadata: { name: 'b' },
        roleRef: { kind: 'Role', name: 'r' },
        subjects: [
          { kind: 'User', name: 'a' },
          { kind: 'Group', name: 'g' },
          { kind: 'ServiceAccount', name: 's' },
        ],
      }),
      post(`${IN_NS}/rolebindings`, { metadata: { name: 'empty' }, roleRef: { kind: 'Role', name: 'r' } }),
      post(`${IN_NS}/roles`, { metadata: { name: 'empty' } }),
    ],
  },
  {
    title: 'Rules that are none',
    bullet: 'rbac',
    steps: [
      post(`${IN_NS}/roles`, role({})),
      post(`${IN_NS}/roles`, role({ verbs: [], apiGroups: [''], resources: ['pods'] })),
      post(`${IN_NS}/roles`, role({ verbs: ['get'], apiGroups: [''] })),
      post(`${IN_NS}/roles`, role({ verbs: ['get'], resources: ['pods'] })),
      post(`${IN_NS}/roles`, role({ verbs: ['get'], nonResourceURLs: ['/'] })),
      post(`${RBAC}/clusterroles`, {
        metadata: { name: '{{ns}}-r' },
        rules: [{ verbs: ['get'], nonResourceURLs: ['/'], apiGroups: [''], resources: ['pods'] }],
      }),
    ],
  },
  {
    title: 'A binding to what is no role',
    bullet: 'rbac',
    steps: [
      post(`${IN_NS}/rolebindings`, binding({ roleRef: {} })),
      post(`${IN_NS}/rolebindings`, binding({ roleRef: { kind: 'Group', name: 'x' } })),
      post(`${IN_NS}/rolebindings`, binding({ roleRef: { apiGroup: 'other', kind: 'Role', name: 'x' } })),
      post(`${IN_NS}/rolebindings`, binding({ roleRef: roleRef('Role', 'a/b') })),
      post(`${RBAC}/clusterrolebindings`, {
        metadata: { name: '{{ns}}-b' },
        roleRef: roleRef('Role', 'r'),
      }),
    ],
  },
  {
    title: 'A binding of whom nobody can be',
    bullet: 'rbac',
    steps: [
      post(`${IN_NS}/rolebindings`, binding({ subjects: [{ kind: 'User', name: '' }] })),
      post(`${IN_NS}/rolebindings`, binding({ subjects: [{ kind: 'Robot', name: 'x' }] })),
      post(`${IN_NS}/rolebindings`, binding({ subjects: [{ kind: 'User', name: 'x', apiGroup: 'other' }] })),
      post(`${IN_NS}/rolebindings`, binding({ subjects: [{ kind: 'ServiceAccount', name: 'A_b' }] })),
      post(
        `${IN_NS}/rolebindings`,
        binding({ subjects: [{ kind: 'ServiceAccount', name: 'x', apiGroup: 'rbac.authorization.k8s.io' }] }),
      ),
      post(`${RBAC}/clusterrolebindings`, {
        metadata: { name: '{{ns}}-b' },
        roleRef: roleRef('ClusterRole', 'r'),
        subjects: [{ kind: 'ServiceAccount', name: 'x' }],
      }),
    ],
  },
  {
    title: 'A binding stays with its role',
    bullet: 'rbac',
    steps: [
      given(named('made', post(`${IN_NS}/rolebindings`, binding({ subjects: [user('x')] })))),
      put(`${IN_NS}/rolebindings/b`, changed('made', { roleRef: { name: 'other' } })),
      put(`${IN_NS}/rolebindings/b`, changed('made', { subjects: null })),
    ],
  },
  {
    title: 'A cluster role that gathers others',
    bullet: 'rbac',
    steps: [
      post(`${RBAC}/clusterroles`, { metadata: { name: '{{ns}}-a' }, aggregationRule: {} }),
      post(`${RBAC}/clusterroles`, {
        metadata: { name: '{{ns}}-b' },
        aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'Odd' }] }] },
      }),
      post(`${RBAC}/clusterroles`, {
        metadata: { name: '{{ns}}-c' },
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'a b': 'c' } }] },
      }),
    ],
  },
];
