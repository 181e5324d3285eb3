import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HTTPRoute } from '@fairlead/kube';
import { claimOf } from './claims.ts';

const gateway = { namespace: 'fairlead-system', name: 'fairlead' };

const routeIn = (namespace: string, ref: { namespace?: string; name: string }): HTTPRoute => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'any', namespace },
  spec: {
    parentRefs: [gateway],
    hostnames: ['localhost', 'any.localhost'],
    rules: [
      { matches: [{ path: { type: 'PathPrefix', value: '/git' } }], backendRefs: [{ ...ref, port: 80 }] },
    ],
  },
});

test('only the platform itself can have its host', () => {
  assert.deepEqual(claimOf(routeIn('team-a', { name: 'any' }), gateway)?.spec.hostnames, ['any.localhost']);
  const own = claimOf(routeIn(gateway.namespace, { name: 'platform' }), gateway);
  assert.deepEqual(own?.spec.hostnames, ['localhost', 'any.localhost']);
});

test('a route leads to services of its own namespace', () => {
  const backends = (ref: { namespace?: string; name: string }) =>
    claimOf(routeIn('team-a', ref), gateway)?.spec.rules?.[0]?.backendRefs;
  assert.deepEqual(backends({ namespace: 'team-b', name: 'secret' }), []);
  assert.equal(backends({ namespace: 'team-a', name: 'any' })?.length, 1);
  assert.equal(backends({ name: 'any' })?.length, 1);
});

test('a route of another gateway claims nothing', () => {
  const route = routeIn('team-a', { name: 'any' });
  const others = { ...route, spec: { ...route.spec, parentRefs: [{ name: 'fairlead' }] } };
  assert.equal(claimOf(others, gateway), undefined);
});
