import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causesOf, define, redefine, thing, THINGS } from '../../testing/custom.ts';
import { openFrontDoor } from '../../testing/front-door.ts';

const text = { type: 'string' };
const ruled = (schema: object, ...rules: readonly object[]) => ({
  ...schema,
  'x-kubernetes-validations': rules,
});
const object = (properties: object) => ({ type: 'object', properties });
const listMap = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  items: {
    ...ruled(object({ name: text, size: { type: 'integer' } }), { rule: 'self.size >= oldSelf.size' }),
    required: ['name'],
  },
  maxItems: 10,
};

interface Refusal {
  readonly title: string;
  readonly schema: object;
  readonly spec: unknown;
  readonly causes: readonly string[];
}

const refusals: readonly Refusal[] = [
  {
    title: 'a rule without a message tells itself',
    schema: ruled(object({ a: { type: 'integer' } }), { rule: 'self.a > 1' }),
    spec: { a: 1 },
    causes: ['spec: Invalid value: "object": failed rule: self.a > 1'],
  },
  {
    title: 'a message, a reason and a field',
    schema: ruled(object({ a: text }), {
      rule: 'false',
      message: 'never',
      reason: 'FieldValueForbidden',
      fieldPath: '.a',
    }),
    spec: { a: 'x' },
    causes: ['spec.a: Forbidden: never'],
  },
  {
    title: 'a message that is computed',
    schema: ruled(object({ a: { ...text, maxLength: 9 } }), {
      rule: 'self.a.size() > 1',
      message: 'too short',
      messageExpression: '"a is " + self.a',
    }),
    spec: { a: 'x' },
    causes: ['spec: Invalid value: "object": a is x'],
  },
  {
    title: 'a message that cannot be computed gives way to the other',
    schema: ruled(object({ a: text }), { rule: 'false', message: 'no', messageExpression: 'self.a + "\\n"' }),
    spec: { a: 'a\nb' },
    causes: ['spec: Invalid value: "object": no'],
  },
  {
    title: 'a rule that fails to run',
    schema: ruled(object({ a: text }), { rule: 'self.a == "x"' }),
    spec: {},
    causes: ['spec: Invalid value: "object": no such key: a evaluating rule: self.a == "x"'],
  },
  {
    title: 'an overload that only the run can miss',
    schema: ruled(object({ a: { 'x-kubernetes-int-or-string': true } }), { rule: 'self.a > 1' }),
    spec: { a: 'x' },
    causes: [
      'spec: Invalid value: "object": \'no such overload\': call arguments did not match a supported operator, function or macro signature for rule: self.a > 1',
    ],
  },
  {
    title: 'rules of items, of values of maps and of texts, each at its place',
    schema: object({
      list: {
        type: 'array',
        maxItems: 5,
        items: ruled({ ...text, maxLength: 5 }, { rule: 'self != "b"', message: 'no b' }),
      },
      map: {
        type: 'object',
        maxProperties: 5,
        additionalProperties: ruled({ ...text, maxLength: 5 }, { rule: 'self != "b"', message: 'no b' }),
      },
    }),
    spec: { list: ['a', 'b'], map: { x: 'b' } },
    causes: ['spec.list[1]: Invalid value: "string": no b', 'spec.map[x]: Invalid value: "string": no b'],
  },
  {
    title: 'names that are no names in rules',
    schema: ruled(object({ 'a-b': text, namespace: text, 'x.y/z': text, a__b: text }), {
      rule: 'self.a__dash__b + self.__namespace__ + self.x__dot__y__slash__z + self.a__underscores__b == "abcd"',
      message: 'not abcd',
    }),
    spec: { 'a-b': 'a', namespace: 'b', 'x.y/z': 'c', a__b: 'e' },
    causes: ['spec: Invalid value: "object": not abcd'],
  },
  {
    title: 'values that are no texts to rules',
    schema: ruled(
      object({
        d: { ...text, format: 'duration' },
        t: { ...text, format: 'date-time' },
        b: { ...text, format: 'byte' },
      }),
      {
        rule: 'self.d < duration("1h") && self.t > timestamp("2020-01-01T00:00:00Z") && self.b == b"abc" && false',
        message: 'all but the last hold',
      },
    ),
    spec: { d: '30m', t: '2024-01-01T00:00:00Z', b: 'YWJj' },
    causes: ['spec: Invalid value: "object": all but the last hold'],
  },
  {
    title: 'rules wait until the value has the types that they speak of',
    schema: { ...ruled(object({ a: { type: 'integer' } }), { rule: 'false' }), required: ['a'] },
    spec: {},
    causes: [
      'spec.a: Required value',
      '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
    ],
  },
];

for (const { title, schema, spec, causes } of refusals) {
  test(`Rules refuse: ${title}`, async () => {
    await using door = await openFrontDoor();
    const defined = await define(door, schema);
    assert.equal(defined.status, 201, JSON.stringify(defined.body.message));
    assert.deepEqual(causesOf(await door.post(THINGS, thing(spec))), causes);
  });
}

test('A rule about a change compares with what was there, items of list maps by their keys', async () => {
  await using door = await openFrontDoor();
  assert.equal((await define(door, object({ list: listMap }))).status, 201);
  const { body } = await door.post(
    THINGS,
    thing({
      list: [
        { name: 'a', size: 5 },
        { name: 'b', size: 5 },
      ],
    }),
  );
  const moved = await door.put(`${THINGS}/one`, {
    ...body,
    spec: {
      list: [
        { name: 'b', size: 6 },
        { name: 'c', size: 0 },
        { name: 'a', size: 5 },
      ],
    },
  });
  assert.equal(moved.status, 200);
  const shrunk = await door.put(`${THINGS}/one`, {
    ...moved.body,
    spec: {
      list: [
        { name: 'c', size: 1 },
        { name: 'b', size: 5 },
      ],
    },
  });
  assert.deepEqual(causesOf(shrunk), [
    'spec.list[1]: Invalid value: "object": failed rule: self.size >= oldSelf.size',
  ]);
});

test('A rule with an optional oldSelf is asked on creation, too', async () => {
  await using door = await openFrontDoor();
  const rule = {
    rule: 'oldSelf.hasValue() || self == "first"',
    message: 'begins first',
    optionalOldSelf: true,
  };
  await define(door, object({ a: ruled({ ...text, maxLength: 9 }, rule) }));
  assert.deepEqual(causesOf(await door.post(THINGS, thing({ a: 'x' }))), [
    'spec.a: Invalid value: "string": begins first',
  ]);
  await door.post(THINGS, thing({ a: 'first' }));
  assert.equal((await door.patch(`${THINGS}/one`, { spec: { a: 'x' } })).status, 200);
});

test('What broke a rule before may stay as it was, with a warning', async () => {
  await using door = await openFrontDoor();
  const open = object({ a: text, b: text, list: { type: 'array', items: text } });
  await define(door, open);
  const { body } = await door.post(THINGS, thing({ a: 'bad', b: 'x', list: ['bad', 'bad'] }));
  const strict = object({
    a: ruled({ ...text, maxLength: 3, pattern: '^good$' }, { rule: 'self == "good"', message: 'be good' }),
    b: { ...text, maxLength: 9 },
    list: { type: 'array', maxItems: 5, 'x-kubernetes-list-type': 'set', items: { ...text, maxLength: 2 } },
  });
  assert.equal((await redefine(door, strict)).status, 200);
  const touched = await door.put(`${THINGS}/one`, { ...body, spec: { ...body.spec, b: 'y' } });
  assert.equal(touched.status, 200, JSON.stringify(touched.body));
  assert.equal(touched.headers.warning, '299 - "spec.a: Invalid value: \\"string\\": be good"');
  const worse = await door.patch(`${THINGS}/one`, { spec: { a: 'evil' } });
  assert.deepEqual(causesOf(worse), [
    'spec.a: Too long: may not be more than 3 bytes',
    '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
  ]);
  const longer = await door.patch(`${THINGS}/one`, { spec: { list: ['bad', 'ok'] } });
  assert.deepEqual(causesOf(longer)[0], 'spec.list[0]: Too long: may not be more than 2 bytes');
});
