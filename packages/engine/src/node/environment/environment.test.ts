import type { Container, Pod } from '@fairlead/kube';
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

const gather = async (container: Partial<Container>) => {
  const { variables, skipped } = await gatherEnvironment({
    pod,
    container: { name: 'web', ...container },
    sources,
    addresses: { pod: '127.0.0.1', host: '127.0.0.1' },
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
  const expected = { KEY: 'hush', MODE: 'fast', NAME: 'shop-1', LABEL: 'shop', IP: '127.0.0.1' };
  assert.deepEqual(variables, expected);
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
