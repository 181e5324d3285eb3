import { apply, type Case, del, get, given, patch, post, put, repeated, together } from '../case.ts';

const secret = (more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'a' },
  ...more,
});
const encoded = (text: string): string => Buffer.from(text).toString('base64');
const opaque = secret({ data: { k: encoded('1') } });
const inPlain = { headers: { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' } };
const inTable = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } };

const created: readonly (readonly [string, object])[] = [
  [
    'plain strings, which become data',
    { data: { k: encoded('1'), l: encoded('2') }, stringData: { l: '3' } },
  ],
  ['data that is not encoded', { data: { k: '1' } }],
  ['a key that is none', { data: { 'a b': '' } }],
  ['a type of its own', { type: 'example.com/mine', data: {} }],
  ['a certificate without a key', { type: 'kubernetes.io/tls', data: { 'tls.crt': encoded('x') } }],
  ['basic authentication with neither name nor password', { type: 'kubernetes.io/basic-auth', data: {} }],
];

const creations = together(
  'Secrets with what they must have, and without',
  created.map(
    ([what, more]): Case => ({
      title: `A Secret with ${what}`,
      bullet: 'secrets',
      steps: [post('secrets', secret(more))],
    }),
  ),
  'secrets',
);

export const cases: readonly Case[] = [
  creations,
  {
    title: 'A Secret of each type with what it needs',
    bullet: 'secrets',
    steps: [
      post('secrets', secret({ type: 'kubernetes.io/ssh-auth', stringData: { 'ssh-privatekey': 'x' } })),
      post('secrets', { ...secret({ type: 'kubernetes.io/ssh-auth' }), metadata: { name: 'b' } }),
      post('secrets', {
        ...secret({
          type: 'kubernetes.io/dockerconfigjson',
          stringData: { '.dockerconfigjson': '{"auths":{}}' },
        }),
        metadata: { name: 'c' },
      }),
      post('secrets', {
        ...secret({ type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': 'x' } }),
        metadata: { name: 'd' },
      }),
      post('secrets', {
        ...secret({ type: 'kubernetes.io/service-account-token' }),
        metadata: { name: 'e' },
      }),
    ],
  },
  {
    title: 'A Secret that is too large',
    bullet: 'secrets',
    steps: [post('secrets', secret({ stringData: { k: repeated('x', 1024 * 1024 + 1) } }))],
  },
  {
    title: 'The type of a Secret stays as it is',
    bullet: 'secrets',
    steps: [
      given(post('secrets', opaque)),
      patch({ path: 'secrets/a', as: 'merge' }, { type: 'example.com/mine' }),
    ],
  },
  {
    title: 'An immutable Secret stays as it is, but for its labels',
    bullet: 'secrets',
    steps: [
      given(post('secrets', { ...opaque, immutable: true })),
      patch({ path: 'secrets/a', as: 'merge' }, { data: { k: encoded('2') } }),
      patch({ path: 'secrets/a', as: 'merge' }, { immutable: null }),
      patch({ path: 'secrets/a', as: 'merge' }, { metadata: { labels: { a: 'b' } } }),
    ],
  },
  {
    title: 'A plain string in a patch becomes data',
    bullet: 'secrets',
    steps: [
      given(post('secrets', opaque)),
      patch({ path: 'secrets/a', as: 'strategic' }, { stringData: { k: '2' } }),
      patch({ path: 'secrets/a', as: 'json' }, [{ op: 'remove', path: '/data/k' }]),
      get('secrets/a'),
    ],
  },
  {
    title: 'A PUT of a Secret replaces all its data',
    bullet: 'secrets',
    steps: [
      given(post('secrets', opaque)),
      put('secrets/a', secret({ stringData: { l: '2' } })),
      get('secrets/a'),
    ],
  },
  {
    title: 'Who applies a plain string owns it',
    bullet: 'secrets',
    steps: [
      apply('secrets/a?fieldManager=one', secret({ stringData: { k: '1' } })),
      apply('secrets/a?fieldManager=two', opaque),
    ],
  },
  {
    title: 'Metadata and tables of Secrets tell nothing of their data',
    bullet: 'secrets',
    steps: [given(post('secrets', opaque)), get('secrets/a', inPlain), get('secrets', inTable)],
  },
  {
    title: 'Secrets are selected by their type',
    bullet: 'secrets',
    steps: [
      given(post('secrets', opaque)),
      get('secrets?fieldSelector=type=Opaque'),
      get('secrets?fieldSelector=type=kubernetes.io/tls'),
    ],
  },
  {
    title: 'What may not be read is not told of',
    bullet: 'secrets',
    steps: [
      given(post('secrets', opaque)),
      get('secrets/a', { user: 'alice' }),
      get('secrets', { user: 'alice' }),
      del('secrets/a', undefined, { user: 'alice' }),
    ],
  },
  {
    title: 'Keys without values',
    bullet: 'secrets',
    steps: [
      given(post('secrets', { metadata: { name: 'nothing' }, data: { a: null }, stringData: { b: null } })),
      get('secrets/nothing'),
    ],
  },
];
