import type { PolicyRule } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Attributes, pathAttributes } from '../auth/authorizer.ts';
import type { User } from '../auth/user.ts';
import { compileRole } from './role.ts';

const ann: User = { name: 'ann', groups: [] };

/** `verb group/resource/subresource name`. */
const asked = (text: string): Attributes => {
  const [verb = '', thing = '', name = ''] = text.split(' ');
  if (thing === '') return pathAttributes(ann, ...(verb.split(':') as [string, string]));
  const [group = '', resource = '', subresource = ''] = thing.split('/');
  return { user: ann, verb, group, version: 'v1', resource, subresource, namespace: 'a', name };
};

const pods: PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] };

const situations: readonly [string, PolicyRule, readonly string[], readonly string[]][] = [
  [
    'a rule allows its verbs on its resources in its groups',
    pods,
    ['get /pods x', 'list /pods'],
    ['watch /pods', 'get apps/pods x', 'get /secrets x', 'get /pods/log x', 'GET /pods x'],
  ],
  [
    'a star among the verbs is every verb',
    { ...pods, verbs: ['*'] },
    ['impersonate /pods x', 'deletecollection /pods'],
    ['get /services x'],
  ],
  [
    'a star among the groups is every group',
    { ...pods, apiGroups: ['*'] },
    ['get apps/pods x', 'get /pods x'],
    ['get apps/deployments x'],
  ],
  [
    'a star among the resources is every resource and every part of it',
    { ...pods, resources: ['*'] },
    ['get /secrets x', 'get /pods/log x'],
    ['get apps/deployments x'],
  ],
  [
    'a part is named with its resource',
    { ...pods, resources: ['pods/log'] },
    ['get /pods/log x'],
    ['get /pods x', 'get /pods/status x'],
  ],
  [
    'a star before a part is that part of every resource',
    { ...pods, apiGroups: ['*'], resources: ['*/scale'] },
    ['get apps/deployments/scale x'],
    ['get apps/deployments x', 'get apps/deployments/status x', 'get apps/scale x'],
  ],
  [
    'names restrict a rule to objects of that name',
    { ...pods, resourceNames: ['x', 'y'] },
    ['get /pods x', 'get /pods y', 'list /pods x'],
    ['get /pods z', 'list /pods'],
  ],
  [
    'a rule for paths allows these, and with a star at the end all that begin so',
    { verbs: ['get'], nonResourceURLs: ['/healthz', '/openapi/*'] },
    ['get:/healthz', 'get:/openapi/', 'get:/openapi/v3/apis'],
    ['post:/healthz', 'get:/healthz/ping', 'get:/openapi', 'get:/'],
  ],
  [
    'a star alone is every path, and no resource',
    { verbs: ['*'], nonResourceURLs: ['*'] },
    ['get:/', 'post:/metrics'],
    ['get /pods x'],
  ],
];

describe('a role', () => {
  for (const [title, rule, allowed, refused] of situations) {
    it(title, () => {
      const role = compileRole([rule]);
      for (const text of allowed) assert.equal(role.allows(asked(text)), true, text);
      for (const text of refused) assert.equal(role.allows(asked(text)), false, text);
    });
  }

  it('allows what any of its rules allows', () => {
    const role = compileRole([pods, { ...pods, verbs: ['delete'], resources: ['pods', 'secrets'] }]);
    for (const text of ['get /pods x', 'delete /pods x', 'delete /secrets x']) {
      assert.equal(role.allows(asked(text)), true, text);
    }
    assert.equal(role.allows(asked('get /secrets x')), false);
  });
});
