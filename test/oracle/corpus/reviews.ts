import { type Case, given, post } from '../case.ts';
import { as, granted, grantedEverywhere, group, IN_NS, reading, roleRef, user } from '../roles.ts';

const AUTHORIZATION = '/apis/authorization.k8s.io/v1';
const AUTHENTICATION = '/apis/authentication.k8s.io/v1';

const attributes = (verb: string, resource: string, more: object = {}) => ({
  resourceAttributes: { verb, resource, namespace: '{{ns}}', ...more },
});

const mayI = (spec: object, more: object = {}) =>
  post(`${AUTHORIZATION}/selfsubjectaccessreviews`, { spec }, more);
const may = (spec: object, more: object = {}) =>
  post(`${AUTHORIZATION}/subjectaccessreviews`, { spec }, more);
const mayHere = (review: object, more: object = {}) =>
  post(`${AUTHORIZATION}/namespaces/{{ns}}/localsubjectaccessreviews`, review, more);

/** In no group that anything is bound to but what everybody may do. */
const alone = as('{{ns}}-eve', 'system:unauthenticated');

export const cases: readonly Case[] = [
  {
    title: 'May I?',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), reading),
      mayI(attributes('get', 'serviceaccounts'), { user: 'alice' }),
      mayI(attributes('delete', 'serviceaccounts'), { user: 'alice' }),
      mayI(attributes('get', 'serviceaccounts', { namespace: 'default' }), { user: 'alice' }),
      mayI(attributes('get', 'nothing', { group: 'no.such.group' })),
      mayI({ nonResourceAttributes: { path: '/metrics', verb: 'get' } }, { user: 'alice' }),
      mayI({ nonResourceAttributes: { path: '/api', verb: 'get' } }, { user: 'alice' }),
      mayI(attributes('get', 'serviceaccounts'), { user: 'anonymous' }),
    ],
  },
  {
    title: 'A question about nothing, or about two things',
    bullet: 'rbac',
    steps: [
      mayI({}),
      post(`${AUTHORIZATION}/selfsubjectaccessreviews`, {}),
      mayI({ ...attributes('get', 'pods'), nonResourceAttributes: { path: '/', verb: 'get' } }),
    ],
  },
  {
    title: 'A question is nothing that can be read',
    bullet: 'rbac',
    steps: [
      post(`${AUTHORIZATION}/selfsubjectaccessreviews?dryRun=All`, { spec: attributes('get', 'pods') }),
      { method: 'GET', path: `${AUTHORIZATION}/selfsubjectaccessreviews` },
      { method: 'DELETE', path: `${AUTHORIZATION}/subjectaccessreviews` },
      { method: 'PUT', path: `${AUTHENTICATION}/tokenreviews` },
    ],
  },
  {
    title: 'May this user, or this group?',
    bullet: 'rbac',
    steps: [
      ...granted(group('{{ns}}-readers'), reading),
      may({ user: 'carol', ...attributes('get', 'serviceaccounts') }),
      may({ user: 'carol', groups: ['{{ns}}-readers'], ...attributes('get', 'serviceaccounts') }),
      may({ groups: ['{{ns}}-readers'], ...attributes('list', 'serviceaccounts') }),
      may({
        user: 'carol',
        groups: ['system:masters'],
        uid: 'u',
        extra: { a: ['b'] },
        ...attributes('get', 'secrets'),
      }),
      may({ user: 'system:anonymous', nonResourceAttributes: { path: '/healthz', verb: 'get' } }),
      may({
        user: 'x',
        groups: ['system:unauthenticated'],
        nonResourceAttributes: { path: '/healthz', verb: 'get' },
      }),
    ],
  },
  {
    title: 'A question about nobody',
    bullet: 'rbac',
    steps: [
      may(attributes('get', 'serviceaccounts')),
      may({}),
      may({ user: 'carol' }),
      may({ user: 'carol', ...attributes('get', 'serviceaccounts') }, { user: 'alice' }),
    ],
  },
  {
    title: 'A question within one namespace',
    bullet: 'rbac',
    steps: [
      ...granted(user('alice'), reading, {
        verbs: ['create'],
        apiGroups: ['authorization.k8s.io'],
        resources: ['localsubjectaccessreviews'],
      }),
      mayHere({ spec: { user: 'alice', ...attributes('get', 'serviceaccounts') } }, { user: 'alice' }),
      mayHere({ spec: { user: 'bob', ...attributes('get', 'serviceaccounts') } }, { user: 'alice' }),
      mayHere(
        { spec: { user: 'bob', ...attributes('get', 'serviceaccounts', { namespace: 'default' }) } },
        { user: 'alice' },
      ),
      mayHere(
        { spec: { user: 'bob', nonResourceAttributes: { path: '/', verb: 'get' } } },
        { user: 'alice' },
      ),
      mayHere({
        metadata: { namespace: 'default' },
        spec: { user: 'bob', ...attributes('get', 'serviceaccounts') },
      }),
      mayHere({ spec: { user: 'bob', ...attributes('get', 'serviceaccounts') } }, { user: 'bob' }),
    ],
  },
  {
    title: 'What a binding to a role that is not there keeps from knowing',
    bullet: 'rbac',
    steps: [
      given(
        post(`${IN_NS}/rolebindings`, {
          metadata: { name: 'lost' },
          roleRef: roleRef('Role', 'none'),
          subjects: [user('alice')],
        }),
      ),
      mayI(attributes('get', 'serviceaccounts'), { user: 'alice' }),
      may({ user: 'alice', ...attributes('get', 'serviceaccounts') }),
    ],
  },
  {
    // Of several bindings Kubernetes tells in no order: this user has one that holds everywhere, and one here.
    title: 'Everything that I may do',
    bullet: 'rbac',
    steps: [
      ...grantedEverywhere(user('{{ns}}-eve'), {
        verbs: ['create'],
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectrulesreviews'],
      }),
      ...granted(user('{{ns}}-eve'), reading, { ...reading, verbs: ['delete'], resourceNames: ['a'] }),
      post(`${AUTHORIZATION}/selfsubjectrulesreviews`, { spec: { namespace: '{{ns}}' } }, alone),
      post(`${AUTHORIZATION}/selfsubjectrulesreviews`, { spec: { namespace: 'default' } }, alone),
      post(`${AUTHORIZATION}/selfsubjectrulesreviews`, { spec: {} }, { user: 'alice' }),
      post(`${AUTHORIZATION}/selfsubjectrulesreviews`, {}, { user: 'alice' }),
    ],
  },
  {
    title: 'Who am I?',
    bullet: 'rbac',
    steps: [
      post(`${AUTHENTICATION}/selfsubjectreviews`, {}),
      post(`${AUTHENTICATION}/selfsubjectreviews`, {}, { user: 'alice' }),
      post(`${AUTHENTICATION}/selfsubjectreviews`, {}, { user: 'anonymous' }),
      post(`${AUTHENTICATION}/selfsubjectreviews`, { metadata: { name: 'x' } }, as('{{ns}}-eve')),
    ],
  },
  {
    title: 'Whose is a token that is nobody’s?',
    bullet: 'rbac',
    steps: [
      post(`${AUTHENTICATION}/tokenreviews`, { spec: { token: 'nobodys' } }),
      post(`${AUTHENTICATION}/tokenreviews`, { spec: { token: '' } }),
      post(`${AUTHENTICATION}/tokenreviews`, {}),
      post(`${AUTHENTICATION}/tokenreviews`, { spec: { token: 'nobodys' } }, { user: 'alice' }),
    ],
  },
];
