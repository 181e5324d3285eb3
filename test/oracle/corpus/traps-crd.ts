import { type Case, changed, get, given, named, patch, post, put } from '../case.ts';
import { defined } from '../definition.ts';
import { definitions, widget, widgetDefinition, widgets } from '../kinds.ts';

const spec = (properties: object, more: object = {}) => ({
  type: 'object',
  properties: { spec: { type: 'object', properties, ...more } },
});
const redefined = (schema: object) => [
  given(named('definition', get(`${definitions}/widgets.{{ns}}.example.com`))),
  given(
    patch({ path: `${definitions}/widgets.{{ns}}.example.com`, as: 'json' }, [
      { op: 'replace', path: '/spec/versions/0/schema/openAPIV3Schema', value: schema },
    ]),
  ),
  // A new schema is used from a moment on: then a resource that it forbids is refused.
  given(
    post(`${widgets}?dryRun=All`, widget('probe', { spec: { size: 'wrong' } }), { until: { status: 422 } }),
  ),
];
const sized = (more: object = {}) => spec({ size: { type: 'integer', ...more } });

export const cases: readonly Case[] = [
  {
    title: 'A list of custom resources, whole, in part and as metadata',
    bullet: 'crd',
    steps: [
      ...defined(sized()),
      given(post(widgets, widget('a'))),
      given(post(widgets, widget('b'))),
      get(`${widgets}?limit=1`),
      get(widgets, {
        headers: { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' },
      }),
      get(widgets),
    ],
  },
  {
    title: 'Null, default, nullable and pruning',
    bullet: 'crd',
    steps: [
      ...defined(
        spec({
          plain: { type: 'string' },
          defaulted: { type: 'string', default: 'd' },
          nullable: { type: 'string', nullable: true },
          both: { type: 'string', nullable: true, default: 'd' },
          inner: {
            type: 'object',
            default: { a: 1 },
            properties: { a: { type: 'integer' }, b: { type: 'integer', default: 2 } },
          },
        }),
      ),
      post(widgets, widget('a', { spec: {} })),
      post(widgets, widget('b', { spec: { defaulted: null, nullable: null, both: null, other: 1 } })),
      post(widgets, widget('c', { spec: { plain: null } })),
      post(widgets, widget('d', { spec: { inner: {} } })),
      post(widgets, widget('e')),
    ],
  },
  {
    title: 'What the schema says is checked',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          {
            size: { type: 'integer', minimum: 1, maximum: 9 },
            name: { type: 'string', pattern: '^[a-z]+$', maxLength: 3 },
            kind: { type: 'string', enum: ['A', 'B'] },
            list: { type: 'array', maxItems: 1, items: { type: 'string', format: 'date-time' } },
          },
          { required: ['size', 'kind'] },
        ),
      ),
      post(widgets, widget('a', { spec: { size: 10, kind: 'A' } })),
      post(widgets, widget('a', { spec: { size: 0, kind: 'A' } })),
      post(widgets, widget('a', { spec: { size: 1, kind: 'C' } })),
      post(widgets, widget('a', { spec: { size: 1, kind: 'A', name: 'ABCD' } })),
      post(widgets, widget('a', { spec: { size: 1, kind: 'A', name: 'AB' } })),
      post(widgets, widget('a', { spec: { size: 1, kind: 'A', list: ['x', 'y'] } })),
      post(widgets, widget('a', { spec: { kind: 'A' } })),
      post(widgets, widget('a', { spec: { size: 'x', kind: 'A' } })),
      post(widgets, widget('a', { spec: { size: 1.5, kind: 'A' } })),
      post(widgets, widget('c', { spec: [] })),
    ],
  },
  {
    title: 'A rule speaks of the old self',
    bullet: 'crd',
    steps: [
      ...defined(
        sized({ 'x-kubernetes-validations': [{ rule: 'self >= oldSelf', message: 'may only grow' }] }),
      ),
      post(widgets, widget('a', { spec: { size: 2 } })),
      patch({ path: `${widgets}/a`, as: 'merge' }, { spec: { size: 3 } }),
      patch({ path: `${widgets}/a`, as: 'merge' }, { spec: { size: 1 } }),
    ],
  },
  {
    title: 'A rule words its own message',
    bullet: 'crd',
    steps: [
      ...defined(
        spec(
          { min: { type: 'integer' }, max: { type: 'integer' } },
          {
            'x-kubernetes-validations': [
              {
                rule: 'self.min <= self.max',
                messageExpression: '"%d is more than %d".format([self.min, self.max])',
                reason: 'FieldValueForbidden',
                fieldPath: '.min',
              },
            ],
          },
        ),
      ),
      post(widgets, widget('a', { spec: { min: 2, max: 1 } })),
      post(widgets, widget('b', { spec: { min: 1, max: 2 } })),
    ],
  },
  {
    title: 'An old self that may be missing',
    bullet: 'crd',
    steps: [
      ...defined(
        sized({
          'x-kubernetes-validations': [
            { rule: 'oldSelf.hasValue() ? self > oldSelf.value() : self == 1', optionalOldSelf: true },
          ],
        }),
      ),
      post(widgets, widget('a', { spec: { size: 2 } })),
      post(widgets, widget('a', { spec: { size: 1 } })),
      patch({ path: `${widgets}/a`, as: 'merge' }, { spec: { size: 2 } }),
    ],
  },
  {
    title: 'Items of a list are followed by their keys, of a plain list they are not',
    bullet: 'crd',
    steps: [
      post(
        definitions,
        widgetDefinition(
          spec({
            list: {
              type: 'array',
              items: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self >= oldSelf' }] },
            },
          }),
        ),
      ),
      ...defined(
        spec({
          map: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name'],
            items: {
              type: 'object',
              required: ['name'],
              properties: {
                name: { type: 'string' },
                size: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self >= oldSelf' }] },
              },
            },
          },
        }),
      ),
      given(
        post(
          widgets,
          widget('a', {
            spec: {
              map: [
                { name: 'x', size: 5 },
                { name: 'y', size: 1 },
              ],
            },
          }),
        ),
      ),
      patch(
        { path: `${widgets}/a`, as: 'merge' },
        {
          spec: {
            map: [
              { name: 'y', size: 1 },
              { name: 'x', size: 5 },
            ],
          },
        },
      ),
      patch(
        { path: `${widgets}/a`, as: 'merge' },
        {
          spec: {
            map: [
              { name: 'y', size: 2 },
              { name: 'x', size: 4 },
            ],
          },
        },
      ),
    ],
  },
  {
    title: 'What was valid once may stay as it is',
    bullet: 'crd',
    steps: [
      ...defined(spec({ size: { type: 'integer' }, other: { type: 'string' } })),
      named('first', post(widgets, widget('a', { spec: { size: 100, other: 'x' } }))),
      ...redefined(spec({ size: { type: 'integer', maximum: 9 }, other: { type: 'string' } })),
      patch({ path: `${widgets}/a`, as: 'merge' }, { spec: { other: 'y' } }),
      patch({ path: `${widgets}/a`, as: 'merge' }, { spec: { size: 101 } }),
      patch({ path: `${widgets}/a`, as: 'merge' }, { spec: { size: 5 } }),
      put(`${widgets}/a`, changed('first', { metadata: { resourceVersion: '1' } })),
    ],
  },
  {
    title: 'Numbers and strings of a custom resource stay as they were written',
    bullet: 'crd',
    steps: [
      ...defined({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }),
      post(
        widgets,
        '{"apiVersion":"{{ns}}.example.com/v1","kind":"Widget","metadata":{"name":"a"},"a":1.0,"b":9007199254740993,"c":1e3,"d":-0}',
      ),
    ],
  },
];
