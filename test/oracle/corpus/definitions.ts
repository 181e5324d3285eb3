import { type Case, patch, post, together } from '../case.ts';
import { defined } from '../definition.ts';
import { definitions, widgetDefinition } from '../kinds.ts';
import { object, refused, spec, text } from '../schemas.ts';

const schema = spec(object({ a: text, n: { type: 'integer' } }));
const whole = widgetDefinition(schema);
/** The definition with something else in its spec, in its one version, in its names. */
const withSpec = (more: object) => post(definitions, { ...whole, spec: { ...whole.spec, ...more } });
const withVersion = (more: object) => post(definitions, widgetDefinition(schema, more));
const withNames = (more: object) => withSpec({ names: { ...whole.spec.names, ...more } });
const inGroup = (group: string, annotations: object = {}) =>
  post(`${definitions}?dryRun=All`, {
    ...whole,
    metadata: { name: `widgets.${group}`, annotations },
    spec: { ...whole.spec, group },
  });
const root = (openApi: object) => post(definitions, widgetDefinition(openApi));
const list = (items: object, more: object = {}) => ({ a: { type: 'array', items, ...more } });
const listMap = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['n'] };

const changed = (field: string, value: string) =>
  patch({ path: `${definitions}/widgets.{{ns}}.example.com`, as: 'json' }, [
    { op: 'replace', path: `/spec/${field}`, value },
  ]);

export const cases: readonly Case[] = [
  together('Definitions that say too little or the wrong thing', [
    {
      title: 'A definition that says too little or the wrong thing of itself',
      bullet: 'crd',
      steps: [
        post(definitions, { ...whole, metadata: { name: 'other' } }),
        inGroup('nodots'),
        inGroup('Upper.example.com'),
        withSpec({ scope: 'Everywhere' }),
        withSpec({ scope: '' }),
        withSpec({ versions: [] }),
        withSpec({ preserveUnknownFields: true }),
        withSpec({ conversion: { strategy: 'Other' } }),
        withVersion({ schema: undefined }),
        withVersion({ storage: false }),
        withVersion({ name: 'V_1' }),
        withVersion({ deprecationWarning: 'old' }),
        withVersion({ deprecated: true, deprecationWarning: 'x'.repeat(257) }),
      ],
    },
    {
      title: 'Names of a definition',
      bullet: 'crd',
      steps: [
        withNames({ plural: 'Widgets' }),
        withNames({ singular: 'A' }),
        withNames({ kind: 'Wid_get' }),
        withNames({ kind: '' }),
        withNames({ listKind: 'Widget' }),
        withNames({ shortNames: ['W', 'w'] }),
        withNames({ categories: ['A'] }),
      ],
    },
    {
      title: 'Columns, parts and selectable fields of a definition',
      bullet: 'crd',
      steps: [
        withVersion({ additionalPrinterColumns: [{ name: '', type: '', jsonPath: '' }] }),
        withVersion({ additionalPrinterColumns: [{ name: 'X', type: 'text', jsonPath: 'x', format: 'y' }] }),
        withVersion({
          subresources: {
            scale: { specReplicasPath: '.x', statusReplicasPath: 'status.x', labelSelectorPath: '.y' },
          },
        }),
        withVersion({ subresources: { scale: { specReplicasPath: '', statusReplicasPath: '' } } }),
        withVersion({ selectableFields: [{ jsonPath: '.spec.a' }, { jsonPath: '.spec.a' }] }),
        withVersion({
          selectableFields: [{ jsonPath: '.spec.x' }, { jsonPath: 'spec.a' }, { jsonPath: '' }],
        }),
        withVersion({
          selectableFields: [
            { jsonPath: ".spec['a']" },
            { jsonPath: '.spec' },
            { jsonPath: '.metadata.name' },
          ],
        }),
      ],
    },
  ]),
  {
    title: 'Groups of Kubernetes itself ask for an approval',
    bullet: 'crd',
    steps: [
      inGroup('{{ns}}.k8s.io'),
      inGroup('{{ns}}.k8s.io', { 'api-approved.kubernetes.io': 'maybe' }),
      inGroup('{{ns}}.kubernetes.io', { 'api-approved.kubernetes.io': '' }),
    ],
  },
  together('Schemas that cannot be', [
    {
      title: 'A schema that is not structural',
      bullet: 'crd',
      steps: [
        refused({}),
        refused({ type: 'null' }),
        refused(object({ a: { type: 'other' } })),
        refused(object({ a: { type: 'array' } })),
        refused(object(list([text] as never))),
        refused(object({ a: { ...text, anyOf: [{ type: 'string' }] } })),
        refused(object({ a: { ...object({ b: text }), additionalProperties: text } })),
        refused(object({ a: { $ref: 'x' } })),
        refused(object({ a: { type: 'object', 'x-kubernetes-preserve-unknown-fields': false } })),
        refused(object({ a: { type: 'object', 'x-kubernetes-embedded-resource': true } })),
        refused(object({ a: { type: 'string', 'x-kubernetes-embedded-resource': true } })),
      ],
    },
    {
      title: 'What a schema may not say at its root and of metadata',
      bullet: 'crd',
      steps: [
        root(text),
        root({ ...object({ spec: text }), nullable: true }),
        root({ ...object({ spec: text }), default: {} }),
        root({ type: 'object', additionalProperties: text }),
        root(object({ kind: { type: 'integer' } })),
        root(object({ metadata: object({ labels: { type: 'object', additionalProperties: text } }) })),
        root(object({ metadata: object({ name: { ...text, default: 'x' } }) })),
      ],
    },
    {
      title: 'Defaults and patterns that could never be',
      bullet: 'crd',
      steps: [
        refused(object({ a: { ...text, default: 1 } })),
        refused(object({ a: { ...object({ b: text }), default: { c: 1 } } })),
        refused(object({ a: { ...text, enum: ['x'], default: 'y' } })),
        refused(object({ a: { ...text, pattern: '(' } })),
        refused(object({ a: { ...text, pattern: '^(?!a)b' } })),
        refused(object({ a: { ...text, pattern: 'a{2000}' } })),
      ],
    },
    {
      title: 'Lists and maps with a type',
      bullet: 'crd',
      steps: [
        refused(object(list(object({ n: text }), listMap))),
        refused(object(list(object({ n: text }), { 'x-kubernetes-list-type': 'map' }))),
        refused(object(list(object({ m: text }), listMap))),
        refused(object(list(text, listMap))),
        refused(object(list(object({ n: text }), { 'x-kubernetes-list-type': 'set' }))),
        refused(object(list(text, { 'x-kubernetes-list-type': 'other' }))),
        refused(object(list(text, { uniqueItems: true }))),
        refused(object(list(text, { 'x-kubernetes-map-type': 'atomic' }))),
        refused(object({ a: { ...object({ b: text }), 'x-kubernetes-map-type': 'other' } })),
      ],
    },
  ]),
  {
    title: 'What a definition may not change',
    bullet: 'crd',
    steps: [
      ...defined(schema),
      changed('scope', 'Cluster'),
      changed('group', 'other.example.com'),
      changed('names/kind', 'Other'),
      changed('names/plural', 'others'),
      changed('versions/0/name', 'v2'),
    ],
  },
];
