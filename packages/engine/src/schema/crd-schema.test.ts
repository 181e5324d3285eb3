import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCrdSchema } from './crd-schema.ts';
import { renderFieldError } from './field-error.ts';

const errorsOf = (schema: unknown) => parseCrdSchema(schema, { path: 's' }).errors.map(renderFieldError);
const withX = (x: object) => ({ type: 'object', properties: { x } });

const rows: readonly (readonly [object, readonly string[]])[] = [
  [{ properties: {} }, ['s.type: Required value: must not be empty at the root']],
  [
    { type: 'array', items: { type: 'string' } },
    ['s.type: Invalid value: "array": must be object at the root'],
  ],
  [withX({}), ['s.properties[x].type: Required value: must not be empty for specified object fields']],
  [withX({ type: 'array' }), ['s.properties[x].items: Required value: must be specified']],
  [
    withX({ type: 'string', anyOf: [{ type: 'string' }] }),
    ['s.properties[x].anyOf[0].type: Forbidden: must be empty to be structural'],
  ],
  [
    { ...withX({ type: 'string' }), anyOf: [{ properties: { b: { minLength: 1 } } }] },
    ['s.properties[b]: Required value: because it is defined in s.anyOf[0].properties[b]'],
  ],
  [
    withX({
      type: 'object',
      properties: { a: { type: 'string' } },
      additionalProperties: { type: 'string' },
    }),
    [
      's.properties[x].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive',
    ],
  ],
  [
    withX({ type: 'string', default: 1 }),
    ['s.properties[x].default: Invalid value: "integer":  in body must be of type string: "integer"'],
  ],
  [
    withX({ type: 'object', properties: { a: { type: 'string' } }, default: { b: 1 } }),
    ['s.properties[x].default: Invalid value: {"b":1}: must not have unknown fields'],
  ],
  [
    withX({ type: 'array', items: { type: 'string' }, uniqueItems: true }),
    [
      's.properties[x].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
    ],
  ],
  [withX({ $ref: 'x' }), ['s.properties[x].$ref: Forbidden: $ref is not supported']],
  [
    withX({
      type: 'array',
      items: { type: 'object', properties: { n: { type: 'string' } } },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['n'],
    }),
    [
      's.properties[x].items.properties[n].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
    ],
  ],
  [
    withX({ type: 'array', items: { type: 'object', properties: {} }, 'x-kubernetes-list-type': 'set' }),
    [
      's.properties[x].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set',
    ],
  ],
  [
    withX({ type: 'string', 'x-kubernetes-map-type': 'weird' }),
    [
      's.properties[x].type: Invalid value: "string": must be object if x-kubernetes-map-type is specified',
      's.properties[x].x-kubernetes-map-type: Unsupported value: "weird": supported values: "atomic", "granular"',
    ],
  ],
  [
    {
      type: 'object',
      properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } },
    },
    [
      's.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified',
    ],
  ],
  [
    withX({ type: 'string', pattern: '(' }),
    [
      's.properties[x].pattern: Invalid value: "(": must be a valid regular expression, but isn\'t: error parsing regexp: missing closing ): `(`',
    ],
  ],
  [
    withX({ type: 'string', 'x-kubernetes-validations': [{ rule: ' ' }] }),
    ['s.properties[x].x-kubernetes-validations[0].rule: Required value: rule is not specified'],
  ],
];

for (const [schema, expected] of rows) {
  test(`refused: ${JSON.stringify(schema)}`, () => assert.deepEqual(errorsOf(schema), expected));
}

test('a definition without a schema is refused, not crashed on', () => {
  for (const nothing of [undefined, null, 'x', []])
    assert.deepEqual(errorsOf(nothing), ['s: Required value: schemas are required']);
});

test('the form of a schema: types, extensions, rules; CEL is kept and not looked into', () => {
  const { schema, errors } = parseCrdSchema({
    type: 'object',
    description: 'a thing',
    required: ['spec'],
    'x-kubernetes-validations': [{ rule: 'self.spec.a == oldSelf.spec.a' }],
    properties: {
      metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 3 } } },
      spec: {
        type: 'object',
        properties: {
          a: {
            'x-kubernetes-int-or-string': true,
            anyOf: [{ type: 'integer' }, { type: 'string' }],
            nullable: true,
          },
          b: { type: 'object', additionalProperties: { type: 'boolean' }, 'x-kubernetes-map-type': 'atomic' },
          c: { type: 'array', items: { type: 'integer', format: 'int64' }, 'x-kubernetes-list-type': 'set' },
          d: { 'x-kubernetes-preserve-unknown-fields': true },
        },
        oneOf: [{ required: ['a'] }, { required: ['b'] }],
      },
    },
  });
  assert.deepEqual(errors, []);
  assert.ok(schema.type === 'object');
  assert.deepEqual(Object.keys(schema.properties), ['apiVersion', 'kind', 'metadata', 'spec']);
  assert.deepEqual(schema.validations, [{ rule: 'self.spec.a == oldSelf.spec.a' }]);
  assert.deepEqual(schema.properties.spec, {
    type: 'object',
    properties: {
      a: {
        type: 'int-or-string',
        nullable: true,
        rules: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
      },
      b: { type: 'map', values: { type: 'boolean' }, atomic: true },
      c: { type: 'array', items: { type: 'integer', format: 'int64' }, listType: 'set' },
      d: { type: 'any' },
    },
    rules: { oneOf: [{ required: ['a'] }, { required: ['b'] }] },
  });
});
