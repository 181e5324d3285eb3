import type { EndpointSlice, Service } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherRoutes } from './facts.ts';

const web = (spec: Partial<Service['spec']> = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { clusterIP: '10.96.0.9', ports: [{ name: 'http', port: 80 }], ...spec },
});

const slice = (...endpoints: EndpointSlice['endpoints']): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080 }],
  endpoints,
});

const ready = (address: string) => ({ addresses: [address], conditions: { ready: true } });
const ending = (address: string) => ({
  addresses: [address],
  conditions: { ready: false, serving: true, terminating: true },
});

const targets = (slices: EndpointSlice[], { service = web(), loopback = new Set<string>() } = {}) =>
  gatherRoutes({ services: [service], slices, loopback }).map((route) =>
    route.targets.map(({ address }) => address).join(' '),
  );

test('requests go to the pods that are ready, and while there is none to those that still serve', () => {
  assert.deepEqual(targets([slice(ready('10.0.0.1'), ending('10.0.0.2'))]), ['10.0.0.1']);
  assert.deepEqual(targets([slice(ending('10.0.0.2'))]), ['10.0.0.2']);
  assert.deepEqual(targets([]), ['']);
});

test('nobody leads pods to the machine’s loopback but who may', () => {
  assert.deepEqual(targets([slice(ready('127.0.0.1'))]), ['']);
  assert.deepEqual(targets([slice(ready('127.0.0.1'))], { loopback: new Set(['default/web']) }), [
    '127.0.0.1',
  ]);
});

test('what is no address is none, wherever it came from', () => {
  const odd = '10.0.0.1; flush ruleset';
  assert.deepEqual(targets([slice(ready(odd))]), ['']);
  const service = web({ externalIPs: [odd, '192.0.2.7'] });
  const [route] = gatherRoutes({ services: [service], slices: [], loopback: new Set() });
  assert.deepEqual(route?.addresses, ['10.96.0.9', '192.0.2.7']);
});

test('headless Services and names for others have no address to lead from', () => {
  assert.deepEqual(targets([], { service: web({ clusterIP: 'None' }) }), []);
  assert.deepEqual(targets([], { service: web({ type: 'ExternalName', clusterIP: '' }) }), []);
});
