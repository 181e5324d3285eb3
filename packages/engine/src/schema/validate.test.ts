import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCrdSchema } from './crd-schema.ts';
import { causesOf, invalidMessage, renderFieldError } from './field-error.ts';
import { validate } from './validate.ts';

const schemaOf = (spec: object) => {
  const { schema, errors } = parseCrdSchema({ type: 'object', properties: { x: spec } });
  assert.deepEqual(errors.map(renderFieldError), []);
  return schema;
};
const faults = (spec: object, x: unknown) => validate(schemaOf(spec), { x }).errors.map(renderFieldError);

const string = { type: 'string' };
const integer = { type: 'integer' };
const rows: readonly (readonly [object, unknown, readonly string[]])[] = [
  [integer, 'a', ['x: Invalid value: "string": x in body must be of type integer: "string"']],
  [integer, 1.5, ['x: Invalid value: "number": x in body must be of type integer: "number"']],
  [{ type: 'number' }, 1, []],
  [string, null, ['x: Invalid value: "null": x in body must be of type string: "null"']],
  [{ ...string, nullable: true }, null, []],
  [{ ...string, minLength: 2 }, 'é', ['x: Invalid value: "é": x in body should be at least 2 chars long']],
  [{ ...string, maxLength: 1 }, 'ab', ['x: Too long: may not be more than 1 byte']],
  [
    { ...string, pattern: '^[[:alpha:]]+$' },
    'a1',
    ['x: Invalid value: "a1": x in body should match \'^[[:alpha:]]+$\''],
  ],
  [{ ...string, enum: ['a', 'b'] }, 'c', ['x: Unsupported value: "c": supported values: "a", "b"']],
  [{ ...string, format: 'ipv4' }, 'z', ['x: Invalid value: "z": x in body must be of type ipv4: "z"']],
  [{ ...string, format: 'made-up' }, 'z', []],
  [{ ...integer, minimum: 1 }, 0, ['x: Invalid value: 0: x in body should be greater than or equal to 1']],
  [
    { ...integer, maximum: 5, exclusiveMaximum: true },
    5,
    ['x: Invalid value: 5: x in body should be less than 5'],
  ],
  [{ ...integer, multipleOf: 3 }, 4, ['x: Invalid value: 4: x in body should be a multiple of 3']],
  [
    { type: 'array', items: string, minItems: 2 },
    ['a'],
    ['x: Invalid value: 1: x in body should have at least 2 items'],
  ],
  [{ type: 'array', items: string, maxItems: 1 }, ['a', 'b'], ['x: Too many: 2: must have at most 1 item']],
  [
    { type: 'array', items: integer },
    [1, 'a'],
    ['x[1]: Invalid value: "string": x[1] in body must be of type integer: "string"'],
  ],
  [
    { type: 'object', additionalProperties: integer, maxProperties: 1 },
    { a: 1, b: 2 },
    ['x: Too many: 2: must have at most 1 item'],
  ],
  [
    { type: 'object', additionalProperties: integer },
    { k: 'a' },
    ['x.k: Invalid value: "string": x.k in body must be of type integer: "string"'],
  ],
  [{ type: 'object', properties: { a: string }, required: ['a'] }, {}, ['x.a: Required value']],
  [
    { 'x-kubernetes-int-or-string': true },
    true,
    ['x: Invalid value: "boolean": x in body must be of type integer,string: "boolean"'],
  ],
  [
    { ...integer, not: { minimum: 5 } },
    6,
    ['<nil>: Invalid value: "": "x" must not validate the schema (not)'],
  ],
  [
    { ...integer, anyOf: [{ minimum: 5 }, { maximum: 1 }] },
    3,
    [
      '<nil>: Invalid value: "": "x" must validate at least one schema (anyOf)',
      'x: Invalid value: 3: x in body should be greater than or equal to 5',
    ],
  ],
  [
    { ...integer, oneOf: [{ minimum: 1 }, { minimum: 2 }] },
    3,
    [
      '<nil>: Invalid value: "": "x" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ],
  ],
  [
    { type: 'array', items: string, 'x-kubernetes-list-type': 'set' },
    ['a', 'b', 'a', 'a'],
    ['x[2]: Duplicate value: "a"'],
  ],
  [
    {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['p', 'n'],
      items: { type: 'object', required: ['n'], properties: { n: string, p: { ...integer, default: 1 } } },
    },
    [
      { n: 'a', p: 1 },
      { n: 'b', p: 1 },
      { n: 'a', p: 1 },
    ],
    ['x[2]: Duplicate value: {"n":"a","p":1}'],
  ],
  [
    { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
    { kind: 'Pod!' },
    [
      'x.apiVersion: Required value',
      "x.kind: Invalid value: \"Pod!\": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
];

for (const [spec, value, expected] of rows) {
  test(`${JSON.stringify(value)} by ${JSON.stringify(spec)}`, () =>
    assert.deepEqual(faults(spec, value), expected));
}

test('integers beyond 2^53 are integers', () => {
  assert.deepEqual(faults({ ...integer, minimum: 1 }, 9_007_199_254_740_993n), []);
});

test('the answer to an invalid object names the kind, the object and each cause', () => {
  const { errors } = validate(schemaOf({ ...integer, minimum: 1 }), { x: 0 });
  assert.equal(
    invalidMessage({ group: 'x.io', kind: 'Thing', name: 'a', errors: [...errors, ...errors] }),
    'Thing.x.io "a" is invalid: x: Invalid value: 0: x in body should be greater than or equal to 1',
  );
  assert.deepEqual(causesOf(errors), [
    {
      reason: 'FieldValueInvalid',
      message: 'Invalid value: 0: x in body should be greater than or equal to 1',
      field: 'x',
    },
  ]);
});
