import { apply, type Case, get, given, post, together } from '../case.ts';
import { defined } from '../definition.ts';
import { definitions, widget, widgetDefinition, widgets } from '../kinds.ts';

const spec = (properties: object, more: object = {}) => ({
  type: 'object',
  properties: { spec: { type: 'object', properties, ...more } },
});
const sized = (more: object = {}) => spec({ size: { type: 'integer', ...more } });
const columns = [
  { name: 'Size', type: 'integer', jsonPath: '.spec.size', description: 'How large.' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

export const cases: readonly Case[] = [
  {
    title: 'Columns of a definition are those of its tables',
    bullet: 'crd',
    steps: [
      ...defined(sized(), { additionalPrinterColumns: columns }),
      given(post(widgets, widget('a', { spec: { size: 2 } }))),
      get(`${widgets}/a`, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } }),
    ],
  },
  {
    title: 'Conditions of a definition, and its names',
    bullet: 'crd',
    differs: { reason: 'the write itself decides', heading: 'Definitions are established at once' },
    steps: [
      post(definitions, widgetDefinition(sized())),
      get(`${definitions}/widgets.{{ns}}.example.com`, {
        until: {
          has: {
            status: {
              conditions: [
                { type: 'NamesAccepted', status: 'True' },
                { type: 'Established', status: 'True' },
              ],
            },
          },
        },
      }),
    ],
  },
  together('Definitions that cannot be', [
    {
      title: 'A definition whose name is not that of its plural',
      bullet: 'crd',
      steps: [
        post(definitions, { ...widgetDefinition(sized()), metadata: { name: 'gadgets.{{ns}}.example.com' } }),
      ],
    },
    {
      title: 'A definition without a schema',
      bullet: 'crd',
      steps: [
        post(definitions, {
          ...widgetDefinition(sized()),
          spec: {
            group: '{{ns}}.example.com',
            scope: 'Namespaced',
            names: { plural: 'widgets', kind: 'Widget' },
            versions: [{ name: 'v1', served: true, storage: true }],
          },
        }),
      ],
    },
    {
      title: 'A definition whose schema is not structural',
      bullet: 'crd',
      steps: [
        post(
          definitions,
          widgetDefinition({ type: 'object', properties: { spec: { properties: { a: {} } } } }),
        ),
        post(definitions, widgetDefinition({ type: 'array' })),
        post(definitions, widgetDefinition(spec({ a: { type: 'string', default: 1 } }))),
      ],
    },
    {
      title: 'A definition whose rule cannot be read, has another type, or costs too much',
      bullet: 'crd',
      steps: [
        post(definitions, widgetDefinition(sized({ 'x-kubernetes-validations': [{ rule: 'self >' }] }))),
        post(definitions, widgetDefinition(sized({ 'x-kubernetes-validations': [{ rule: 'self + 1' }] }))),
        post(
          definitions,
          widgetDefinition(sized({ 'x-kubernetes-validations': [{ rule: 'self.size > 1' }] })),
        ),
        post(
          definitions,
          widgetDefinition(
            spec({
              list: {
                type: 'array',
                items: { type: 'string' },
                'x-kubernetes-validations': [{ rule: 'self.all(a, self.all(b, self.all(c, a != b + c)))' }],
              },
            }),
          ),
        ),
      ],
    },
  ]),
  {
    title: 'A definition with two versions that are stored',
    bullet: 'crd',
    steps: [
      post(definitions, {
        ...widgetDefinition(sized()),
        spec: {
          group: '{{ns}}.example.com',
          scope: 'Namespaced',
          names: { plural: 'widgets', kind: 'Widget' },
          versions: ['v1', 'v2'].map((name) => ({
            name,
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object' } },
          })),
        },
      }),
    ],
  },
  {
    title: 'Several versions of one kind show the same object',
    bullet: 'crd',
    steps: [
      given(
        post(definitions, {
          ...widgetDefinition(sized()),
          spec: {
            group: '{{ns}}.example.com',
            scope: 'Namespaced',
            names: { plural: 'widgets', kind: 'Widget' },
            versions: ['v1', 'v2'].map((name) => ({
              name,
              served: true,
              storage: name === 'v2',
              schema: { openAPIV3Schema: sized() },
            })),
          },
        }),
      ),
      given(get(widgets, { until: { status: 200 } })),
      post(widgets, widget('a', { spec: { size: 1 } })),
      get('/apis/{{ns}}.example.com/v2/namespaces/{{ns}}/widgets/a'),
      get('/apis/{{ns}}.example.com/v3/namespaces/{{ns}}/widgets/a'),
      apply('/apis/{{ns}}.example.com/v2/namespaces/{{ns}}/widgets/a?fieldManager=one', {
        ...widget('a', { spec: { size: 2 } }),
        apiVersion: '{{ns}}.example.com/v2',
      }),
    ],
  },
];
