import type { PolicyRule } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeRules, uncoveredRules } from './covers.ts';

const rule = (verbs: string, resources: string, over: Partial<PolicyRule> = {}): PolicyRule => ({
  verbs: verbs.split(' '),
  apiGroups: [''],
  resources: resources.split(' '),
  ...over,
});

const all: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

const situations: readonly [string, readonly PolicyRule[], readonly PolicyRule[], readonly string[]][] = [
  ['the same rule', [rule('get', 'pods')], [rule('get', 'pods')], []],
  ['two rules together', [rule('get', 'pods'), rule('list', 'pods')], [rule('get list', 'pods')], []],
  [
    'verbs that are lacking, together for one resource',
    [rule('get', 'pods')],
    [rule('get list watch', 'pods secrets')],
    [
      '{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}',
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list" "watch"]}',
    ],
  ],
  ['everything', all, [rule('get', 'pods'), { verbs: ['post'], nonResourceURLs: ['/metrics'] }], []],
  [
    'a star, which only a star holds',
    [rule('get list', 'pods')],
    [rule('*', 'pods')],
    ['{APIGroups:[""], Resources:["pods"], Verbs:["*"]}'],
  ],
  ['a part of every resource', [rule('get', '*/scale')], [rule('get', 'deployments/scale')], []],
  [
    'a whole resource, of which a part is held',
    [rule('get', '*/scale')],
    [rule('get', 'deployments')],
    ['{APIGroups:[""], Resources:["deployments"], Verbs:["get"]}'],
  ],
  ['some names of all', [rule('get', 'pods')], [rule('get', 'pods', { resourceNames: ['x'] })], []],
  [
    'names beyond those that are held',
    [rule('get', 'pods', { resourceNames: ['x'] })],
    [rule('get', 'pods', { resourceNames: ['x', 'y'] })],
    ['{APIGroups:[""], Resources:["pods"], ResourceNames:["y"], Verbs:["get"]}'],
  ],
  [
    'all names, of which some are held',
    [rule('get', 'pods', { resourceNames: ['x'] })],
    [rule('get', 'pods')],
    ['{APIGroups:[""], Resources:["pods"], Verbs:["get"]}'],
  ],
  [
    'paths',
    [{ verbs: ['get'], nonResourceURLs: ['/api/*'] }],
    [{ verbs: ['get', 'post'], nonResourceURLs: ['/api/v1', '/metrics'] }],
    [
      '{NonResourceURLs:["/api/v1"], Verbs:["post"]}',
      '{NonResourceURLs:["/metrics"], Verbs:["get"]}',
      '{NonResourceURLs:["/metrics"], Verbs:["post"]}',
    ],
  ],
];

describe('what somebody lacks of some rules', () => {
  for (const [title, held, wanted, lacking] of situations) {
    it(title, () => assert.deepEqual(describeRules(uncoveredRules(held, wanted)), lacking));
  }
});
