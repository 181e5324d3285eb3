import type { Container, Pod, Service } from '@fairlead/kube';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherEnvironment, processEnvironment } from './environment.ts';
import { expand } from './expand.ts';
import type { SourceName, Sources } from './sources.ts';

const expansions: readonly (readonly [string, string])[] = [
  ['plain', 'plain'],
  ['$(A)-$(B)', '1-two'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$1'],
  ['$(MISSING)', '$(MISSING)'],
  ['$(A', '$(A'],
  ['$A ${A} $', '$A ${A} $'],
  ['$($(A))', '$($(A))'],
  ['$()', '$()'],
];
for (const [text, expected] of expansions) {
  test(`${text} expands to ${expected}`, () => {
    assert.equal(
      expand(
        text,
        new Map([
          ['A', '1'],
          ['B', 'two'],
        ]),
      ),
      expected,
    );
  });
}

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'shop-1', namespace: 'team', uid: 'u-1', labels: { 'app.io/x': 'shop' } },
  spec: { containers: [], nodeName: 'n1' },
};

const stored: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'secret team/s': { TOKEN: 'hush', 'not.a.name': 'x' },
  'configmap team/c': { MODE: 'fast', TOKEN: 'plain' },
};
const sources: Sources = {
  async read({ kind, namespace, name, optional }: SourceName) {
    const data = stored[`${kind} ${namespace}/${name}`];
    if (data === undefined && !optional) throw new Error(`${kind} "${name}" not found`);
    return data && new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value)]));
  },
};

const service = (namespace: string, name: string, clusterIP: string): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace, name },
  spec: { clusterIP, ports: [{ name: 'http-x', port: 80, protocol: 'TCP' }] },
});
const services: Service[] = [];

const gather = async (container: Partial<Container>) => {
  const { variables, skipped } = await gatherEnvironment({
    pod,
    container: { name: 'web', ...container },
    sources,
    facts: { allocatable: { cpu: '4', memory: '8Gi' }, addresses: { pod: '10.1.0.5', host: '10.0.0.1' } },
    services,
  });
  return { ...Object.fromEntries(variables), skipped };
};

test('env comes after envFrom, and both can be referred to', async () => {
  const { skipped, ...variables } = await gather({
    envFrom: [{ secretRef: { name: 's' } }, { prefix: 'C_', configMapRef: { name: 'c' } }],
    env: [
      { name: 'URL', value: 'x://$(TOKEN)@$(C_MODE)/$(LATER)' },
      { name: 'LATER', value: 'now' },
      { name: 'C_MODE', value: 'slow' },
      { name: 'EMPTY', value: '' },
    ],
  });
  assert.deepEqual(variables, {
    TOKEN: 'hush',
    C_MODE: 'slow',
    C_TOKEN: 'plain',
    URL: 'x://hush@fast/$(LATER)',
    LATER: 'now',
    EMPTY: '',
  });
  assert.deepEqual(skipped, ['not.a.name']);
});

test('values come from keys and from the pod itself', async () => {
  const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  const { skipped: _, ...variables } = await gather({
    env: [
      { name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'TOKEN' } } },
      { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'c', key: 'MODE' } } },
      { name: 'NONE', valueFrom: { secretKeyRef: { name: 'gone', key: 'x', optional: true } } },
      { name: 'NAME', ...field('metadata.name') },
      { name: 'LABEL', ...field("metadata.labels['app.io/x']") },
      { name: 'IP', ...field('status.podIP') },
    ],
  });
  const expected = { KEY: 'hush', MODE: 'fast', NAME: 'shop-1', LABEL: 'shop', IP: '10.1.0.5' };
  assert.deepEqual(variables, expected);
});

test('resources come in the units that are asked for, rounded up', async () => {
  const resource = (resource: string, divisor?: string) => ({
    valueFrom: { resourceFieldRef: { resource, ...(divisor !== undefined && { divisor }) } },
  });
  const { skipped: _, ...variables } = await gather({
    resources: { limits: { memory: '65Mi' }, requests: { cpu: '250m' } },
    env: [
      { name: 'BYTES', ...resource('limits.memory') },
      { name: 'MEGA', ...resource('limits.memory', '1Mi') },
      { name: 'CPUS', ...resource('requests.cpu') },
      { name: 'MILLI', ...resource('requests.cpu', '1m') },
      { name: 'ALL', ...resource('limits.cpu') },
      { name: 'NONE', ...resource('requests.memory') },
    ],
  });
  const expected = { BYTES: '68157440', MEGA: '65', CPUS: '1', MILLI: '250', ALL: '4', NONE: '0' };
  assert.deepEqual(variables, expected);
});

test('the services of the namespace and the API are told, and may be referred to', async () => {
  services.push(
    service('default', 'kubernetes', '10.96.0.1'),
    service('team', 'my-db', '10.96.0.7'),
    service('other', 'db', '10.96.0.8'),
    service('team', 'headless', 'None'),
  );
  const env = [{ name: 'DB', value: '$(MY_DB_SERVICE_HOST):$(MY_DB_SERVICE_PORT)' }];
  const { skipped: _, ...gathered } = await gather({ env });
  const variables: Readonly<Record<string, unknown>> = gathered;
  services.length = 0;
  const mine = Object.entries(variables).filter(([name]) => name.startsWith('MY_DB'));
  assert.deepEqual(Object.fromEntries(mine), {
    MY_DB_SERVICE_HOST: '10.96.0.7',
    MY_DB_SERVICE_PORT: '80',
    MY_DB_SERVICE_PORT_HTTP_X: '80',
    MY_DB_PORT: 'tcp://10.96.0.7:80',
    MY_DB_PORT_80_TCP: 'tcp://10.96.0.7:80',
    MY_DB_PORT_80_TCP_PROTO: 'tcp',
    MY_DB_PORT_80_TCP_PORT: '80',
    MY_DB_PORT_80_TCP_ADDR: '10.96.0.7',
  });
  assert.equal(variables['DB'], '10.96.0.7:80');
  assert.equal(variables['KUBERNETES_SERVICE_HOST'], '10.96.0.1');
  const others = Object.keys(variables).filter((name) => !/^(MY_DB|KUBERNETES|DB$)/.test(name));
  assert.deepEqual(others, []);
});

test('a missing key says where it was looked for', async () => {
  const env = [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'NOPE' } } }];
  await assert.rejects(gather({ env }), /couldn't find key NOPE in Secret team\/s/);
});

test('the pod overrides the image, the image the machine, and PATH leads to both', () => {
  const environment = processEnvironment({
    machine: { PATH: '/usr/bin', LANG: 'C', HOME: '/root' },
    image: ['PATH=/app/bin:relative', 'LANG=de', 'A=x=y'],
    pod,
    variables: new Map([['A', 'mine']]),
    root: '/r',
  });
  assert.deepEqual(environment, {
    PATH: '/r/app/bin:/usr/bin',
    LANG: 'de',
    HOME: '/root',
    HOSTNAME: 'shop-1',
    A: 'mine',
  });
});
