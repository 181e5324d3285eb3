import { type Case, del, given, patch, post, put, repeated, type Request, together } from '../case.ts';
import { defined } from '../definition.ts';
import { configMap, widget, widgets } from '../kinds.ts';

const sent = (path: string, type: string, body: unknown): Request =>
  post(path, body, { headers: { 'content-type': type } });
const json = (body: string): Request => sent('podtemplates', 'application/json', body);

const bodies: readonly (readonly [title: string, ...requests: Request[]])[] = [
  ['Nothing at all', json('')],
  ['Half an object', json('{')],
  ['null', sent('resourcequotas', 'application/json', 'null')],
  ['A list', json('[]')],
  ['A text', json('"x"')],
  ['More than one document', json('{"metadata":{"name":"a"}} more')],
  ['A version that is a number', json('{"apiVersion":5}')],
  ['A kind that is a list', json('{"kind":[]}')],
  ['A kind that nobody knows', json('{"apiVersion":"v1","kind":"Thing"}')],
  ['A version that nobody knows', json('{"apiVersion":"v9"}')],
];

const typed: readonly (readonly [title: string, ...requests: Request[]])[] = [
  ['An empty document in YAML', sent('serviceaccounts', 'application/yaml', '')],
  ['A list in YAML', sent('serviceaccounts', 'application/yaml', '- a\n')],
  [
    'Two documents in YAML',
    sent('serviceaccounts', 'application/yaml', 'metadata: {name: a}\n---\nmetadata: {name: b}\n'),
  ],
  [
    'Words that are booleans in YAML',
    sent('serviceaccounts', 'application/yaml', 'metadata: {name: a}\nautomountServiceAccountToken: yes\n'),
  ],
  [
    'A media type with a parameter',
    sent('serviceaccounts', 'application/json; charset=utf-8', '{"metadata":{"name":"a"}}'),
  ],
  ['A media type in capitals', sent('serviceaccounts', 'APPLICATION/JSON', '{"metadata":{"name":"a"}}')],
];

const kept = given(post('configmaps', configMap('a')));
const patched = (as: 'json' | 'merge' | 'strategic', body: string): Request =>
  patch({ path: 'configmaps/a', as }, body);

const patches: readonly (readonly [title: string, ...requests: Request[]])[] = [
  ['that is cut off', ...(['json', 'merge', 'strategic'] as const).map((as) => patched(as, '{'))],
  ['that is null', ...(['json', 'merge', 'strategic'] as const).map((as) => patched(as, 'null'))],
  [
    'of another type',
    patched('json', '{}'),
    patched('json', '[1]'),
    patched('merge', '[]'),
    patched('strategic', '[]'),
  ],
  [
    'with operations that there are not',
    patched('json', '[{"op":"jump","path":"/data"}]'),
    patched('json', '[{"op":"add"}]'),
  ],
  ['that takes the name away', patched('merge', '{"metadata":{"name":null}}')],
  ['that changes the UID', patched('merge', '{"metadata":{"uid":"x"}}')],
  ['with a version that is none', patched('merge', '{"metadata":{"resourceVersion":"abc"}}')],
  ['with a directive that there is not', patched('strategic', '{"$patch":"jump"}')],
];

const options: readonly (readonly [title: string, ...requests: Request[]])[] = [
  ['half an object', del('configmaps/a', '{')],
  ['a list', del('configmaps/a', '[]')],
  ['another kind', del('configmaps/a', { apiVersion: 'v1', kind: 'Thing' })],
  ['a grace period that is a text', del('configmaps/a', { gracePeriodSeconds: 'long' })],
];

export const cases: readonly Case[] = [
  ...[...bodies, ...typed].map(
    ([title, ...steps]): Case => ({ title: `A body: ${title}`, bullet: 'protocol', steps }),
  ),
  {
    title: 'A body in a language that is not spoken',
    bullet: 'protocol',
    steps: [sent('serviceaccounts', 'application/xml', '<a/>'), sent('serviceaccounts', 'bad;;', '{}')],
  },
  {
    title: 'A body that is too large',
    bullet: 'protocol',
    steps: [json(''), post('configmaps', repeated('x', 3 * 1024 * 1024 + 1))],
  },
  together(
    'Patches that cannot be read or make no sense',
    patches.map(
      ([title, ...steps]): Case => ({
        title: `A patch ${title}`,
        bullet: 'protocol',
        steps: [kept, ...steps],
      }),
    ),
  ),
  together(
    'Options of a deletion that cannot be read',
    options.map(
      ([title, ...steps]): Case => ({
        title: `Options of a deletion: ${title}`,
        bullet: 'protocol',
        steps: [kept, ...steps],
      }),
    ),
  ),
  {
    title: 'An instance without its type',
    bullet: 'protocol',
    steps: [
      ...defined({ type: 'object' }),
      post(widgets, '{}'),
      post(widgets, '{"kind":"Widget"}'),
      post(widgets, { ...widget('a'), kind: 'Thing' }),
      post(widgets, { ...widget('a'), apiVersion: 'example.com/v9' }),
    ],
  },
  {
    title: 'A PUT with another name, with none, and with a version that is none',
    bullet: 'protocol',
    steps: [
      kept,
      put('configmaps/a', configMap('b')),
      put('configmaps/a', { metadata: {} }),
      put('configmaps/a', { metadata: { name: 'a', resourceVersion: 'abc' } }),
    ],
  },
];
