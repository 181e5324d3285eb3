import { apply, type Case, get, given, patch, post, put } from '../case.ts';
import { defined } from '../definition.ts';
import { widget, widgets } from '../kinds.ts';
import { altered, integer, made, object, spec, text } from '../schemas.ts';

const list = (items: object, more: object = {}) => ({ type: 'array', items, ...more });
const widgetsIn = (version: string) => widgets.replace('/v1/', `/${version}/`);
const everything = object({
  int: { ...integer, minimum: 1, maximum: 5 },
  number: { type: 'number' },
  flag: { type: 'boolean' },
  choice: { type: 'string', enum: ['x', 'y'] },
  short: { type: 'string', maxLength: 3, minLength: 2 },
  pattern: { type: 'string', pattern: '^a+$' },
  few: list(text, { maxItems: 2 }),
  some: { type: 'object', additionalProperties: integer, maxProperties: 2 },
  set: list(text, { 'x-kubernetes-list-type': 'set' }),
  port: { 'x-kubernetes-int-or-string': true },
  either: { ...object({ a: integer, b: text }), anyOf: [{ required: ['a'] }, { required: ['b'] }] },
  one: { ...object({ a: integer, b: text }), oneOf: [{ required: ['a'] }, { required: ['b'] }] },
  not: { type: 'string', not: { enum: ['bad'] } },
});
/** One wrong value at a time: of several the order of the answer would be chance. */
const wrong: readonly object[] = [
  { int: 0 },
  { int: 6 },
  { int: 'x' },
  { int: 2.5 },
  { number: 'x' },
  { flag: 'yes' },
  { choice: 'z' },
  { short: 'abcd' },
  { short: 'a' },
  { pattern: 'b' },
  { few: ['a', 'b', 'c'] },
  { few: {} },
  { some: { a: 1, b: 2, c: 3 } },
  { some: { a: 'x' } },
  { set: ['a', 'b', 'a'] },
  { port: true },
  { either: {} },
  { one: {} },
  { one: { a: 1, b: 'x' } },
  { not: 'bad' },
];
const formats = [
  'date-time',
  'date',
  'duration',
  'byte',
  'ipv4',
  'ipv6',
  'cidr',
  'uuid',
  'email',
  'uri',
  'hostname',
  'mac',
];

export const cases: readonly Case[] = [
  {
    title: 'Values that a schema refuses',
    bullet: 'crd',
    steps: [...defined(spec(everything)), ...wrong.map((value, index) => made(`w${index}`, value))],
  },
  {
    title: 'Formats of texts are checked',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(object(Object.fromEntries(formats.map((format) => [format, { type: 'string', format }])))),
      ),
      ...formats.map((format) => made(`f-${format}`, { [format]: '?x' })),
    ],
  },
  {
    title: 'Embedded resources say what they are, and their metadata is read',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          object({
            part: {
              type: 'object',
              'x-kubernetes-embedded-resource': true,
              'x-kubernetes-preserve-unknown-fields': true,
            },
          }),
        ),
      ),
      made('a', { part: {} }),
      made('b', { part: { apiVersion: 'v1', kind: 1 } }),
      made('c', {
        part: { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x', unknown: 1 }, free: { a: 1 } },
      }),
      made('d', { part: { apiVersion: 'v1', kind: 'Thing', metadata: { labels: { a: 1 } } } }),
      made('e', { part: { apiVersion: 'a/b/c', kind: 'Thing' } }),
    ],
  },
  {
    title: 'What is free to have any fields keeps them',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          object({
            free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            half: { ...object({ known: object({ a: text }) }), 'x-kubernetes-preserve-unknown-fields': true },
            closed: object({ a: text }),
          }),
        ),
      ),
      made('a', {
        free: { x: [1, null, { y: 2 }] },
        half: { known: { a: 'x', b: 1 }, other: { c: 1 } },
        closed: { a: 'x', b: 1 },
      }),
      post(
        `${widgets}?fieldValidation=Strict`,
        widget('b', { spec: { half: { known: { b: 1 } }, closed: { b: 1 } } }),
      ),
      post(`${widgets}?fieldValidation=Ignore`, widget('c', { spec: { closed: { b: 1 } }, other: 1 })),
      altered('a', { closed: { c: 1 } }),
    ],
  },
  {
    title: 'Versions have their own schemas, columns and parts, and one is stored',
    bullet: 'crd',
    steps: [
      given(
        post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
          apiVersion: 'apiextensions.k8s.io/v1',
          kind: 'CustomResourceDefinition',
          metadata: { name: 'widgets.{{ns}}.example.com' },
          spec: {
            group: '{{ns}}.example.com',
            scope: 'Namespaced',
            names: { plural: 'widgets', kind: 'Widget' },
            versions: [
              {
                name: 'v1',
                served: true,
                storage: true,
                schema: { openAPIV3Schema: spec(object({ a: text })) },
              },
              {
                name: 'v2',
                served: true,
                storage: false,
                subresources: { status: {} },
                schema: { openAPIV3Schema: spec(object({ a: { ...text, default: 'two' }, b: text })) },
              },
              {
                name: 'v1beta1',
                served: true,
                storage: false,
                deprecated: true,
                schema: { openAPIV3Schema: spec(object({ a: text })) },
              },
              {
                name: 'v1alpha1',
                served: true,
                storage: false,
                deprecated: true,
                deprecationWarning: 'v1alpha1 is "old"',
                schema: { openAPIV3Schema: spec(object({ a: text })) },
              },
              {
                name: 'v0',
                served: false,
                storage: false,
                schema: { openAPIV3Schema: spec(object({ a: text })) },
              },
            ],
          },
        }),
      ),
      given(get(widgetsIn('v2'), { until: { status: 200 } })),
      post(widgetsIn('v2'), {
        ...widget('a', { spec: { b: 'x' }, status: { c: 1 } }),
        apiVersion: '{{ns}}.example.com/v2',
      }),
      get(`${widgets}/a`),
      get(`${widgetsIn('v2')}/a`),
      get(`${widgetsIn('v1beta1')}/a`),
      get(widgetsIn('v1alpha1')),
      get(`${widgetsIn('v0')}/a`),
      get(`${widgets}/a/status`),
      get(`${widgetsIn('v2')}/a/status`),
      altered('a', { a: 'one' }),
      get(`${widgetsIn('v2')}/a`),
    ],
  },
  {
    title: 'Fields that a definition makes selectable select',
    bullet: 'crd',
    steps: [
      ...defined(spec(object({ a: text, n: integer, flag: { type: 'boolean' } })), {
        selectableFields: [{ jsonPath: '.spec.a' }, { jsonPath: '.spec.n' }, { jsonPath: '.spec.flag' }],
      }),
      given(made('none', {})),
      given(made('zero', { a: '', n: 0, flag: false })),
      given(made('some', { a: 'x', n: 1, flag: true })),
      ...[
        'spec.a=x',
        'spec.a!=x',
        'spec.n=',
        'spec.n=0',
        'spec.flag=false',
        'spec.b=1',
        'metadata.name=some,spec.n=1',
      ].map((selector) => get(`${widgets}?fieldSelector=${encodeURIComponent(selector)}`)),
    ],
  },
  {
    title: 'A status is written apart and judged alone',
    bullet: 'crd',
    steps: [
      ...defined(
        object({ spec: object({ n: integer }), status: object({ ready: { ...integer, maximum: 5 } }) }),
        { subresources: { status: {} } },
      ),
      post(widgets, widget('a', { spec: { n: 1 }, status: { ready: 9 } })),
      patch({ path: `${widgets}/a/status`, as: 'merge' }, { spec: { n: 2 }, status: { ready: 2 } }),
      patch({ path: `${widgets}/a/status`, as: 'merge' }, { status: { ready: 9 } }),
      altered('a', { n: 3 }),
      get(`${widgets}/a/status`),
      get(`${widgets}/a/scale`),
      get(`${widgets}/a/other`),
    ],
  },
  {
    title: 'An object of before is shown with the defaults and without the fields of today',
    bullet: 'crd',
    steps: [
      ...defined(spec(object({ a: text, b: text }))),
      given(made('a', { a: 'x', b: 'y' })),
      given(
        patch(
          {
            path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.{{ns}}.example.com',
            as: 'json',
          },
          [
            {
              op: 'replace',
              path: '/spec/versions/0/schema/openAPIV3Schema',
              value: spec(object({ a: text, c: { ...text, default: 'new' } })),
            },
          ],
        ),
      ),
      given(get(`${widgets}/a`, { until: { has: { spec: { c: 'new' } } } })),
      get(`${widgets}/a`),
      get(widgets),
      altered('a', { a: 'z' }),
    ],
  },
  {
    title: 'A body that is no custom resource',
    bullet: 'crd',
    steps: [
      ...defined(spec(object({ a: text }))),
      post(widgets, '{"metadata":{"name":"x"}}'),
      post(widgets, '[]'),
      post(widgets, '{'),
      post(widgets, { ...widget('a'), kind: 'Other' }),
      post(widgets, widget('A_b')),
      post(
        widgets,
        '{"apiVersion":"{{ns}}.example.com/v1","kind":"Widget","metadata":{"name":"x"},"spec":{"a":"1","a":"2"}}',
      ),
      put(`${widgets}/none`, widget('none')),
      apply(`${widgets}/b?fieldManager=m`, widget('b', { spec: { a: 'x' } })),
    ],
  },
];
