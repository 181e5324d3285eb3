import { type Case, get, given, patch, post } from '../case.ts';
import { RBAC, reading } from '../roles.ts';

const part = (name: string, rules: readonly object[]) => ({
  metadata: { name: `{{ns}}-${name}`, labels: { 'example.com/part-of': '{{ns}}' } },
  rules,
});

const whole = {
  metadata: { name: '{{ns}}-whole' },
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'example.com/part-of': '{{ns}}' } }] },
};

const secrets = { verbs: ['get'], apiGroups: [''], resources: ['secrets'] };

export const cases: readonly Case[] = [
  {
    title: 'A cluster role has the rules of those that it gathers, by name and once each',
    bullet: 'rbac',
    controllers: true,
    steps: [
      given(post(`${RBAC}/clusterroles`, part('b', [secrets, reading]))),
      given(post(`${RBAC}/clusterroles`, part('a', [reading]))),
      given(post(`${RBAC}/clusterroles`, whole)),
      get(`${RBAC}/clusterroles/{{ns}}-whole`, { until: { has: { rules: [reading, secrets] } } }),
      given(patch({ path: `${RBAC}/clusterroles/{{ns}}-b`, as: 'merge' }, { metadata: { labels: null } })),
      get(`${RBAC}/clusterroles/{{ns}}-whole`, { until: { has: { rules: [reading] } } }),
    ],
  },
  {
    title: 'The roles that Kubernetes gathers',
    bullet: 'rbac',
    controllers: true,
    steps: [get(`${RBAC}/clusterroles/view`, { until: { has: { aggregationRule: {} } } })],
  },
];
