import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from '../errors.ts';
import { openFrontDoor } from '../../testing/front-door.ts';
import { parseFieldSelector } from './field-parse.ts';
import { type LabelTerm, parseLabelSelector } from './label-parse.ts';

const term = (key: string, operator: LabelTerm['operator'], ...values: string[]): LabelTerm => ({
  key,
  operator,
  values,
});

const read: readonly (readonly [string, readonly LabelTerm[]])[] = [
  ['', []],
  [' ', []],
  ['a=b', [term('a', 'in', 'b')]],
  ['a == b', [term('a', 'in', 'b')]],
  ['a!=b,!c', [term('a', 'notin', 'b'), term('c', 'absent')]],
  ['a in (y,,x)', [term('a', 'in', '', 'x', 'y')]],
  ['a notin ()', [term('a', 'notin', '')]],
  ['a in(,)', [term('a', 'in', '')]],
  ['in in (in,notin)', [term('in', 'in', 'in', 'notin')]],
  ['a>5,b<7', [term('a', 'gt', '5'), term('b', 'lt', '7')]],
  ['a=', [term('a', 'in', '')]],
  ['example.com/a', [term('example.com/a', 'exists')]],
];

for (const [text, terms] of read) {
  test(`The label selector ${JSON.stringify(text)} is read`, () => {
    assert.deepEqual(parseLabelSelector(text), terms);
  });
}

const LABEL_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const unreadable: readonly (readonly [string, string])[] = [
  ['a b c', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ['a,', "found '', expected: identifier after ','"],
  [',a', "found ',', expected: !, identifier, or 'end of string'"],
  ['a=b c', "found 'c', expected: ',' or 'end of string'"],
  ['!a=b', "found '=', expected: ',' or 'end of string'"],
  ['!', "unable to parse requirement: found '', expected: identifier"],
  ['a in', "unable to parse requirement: found '' expected: '('"],
  ['a in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['a in (b c)', "unable to parse requirement: found 'c', expected: ',' or ')'"],
  ['a in (b,=)', "unable to parse requirement: found '=', expected: ',', or identifier"],
  ['a=(b)', "unable to parse requirement: found '(', expected: identifier"],
  ['constructor constructor', /found 'constructor', expected: in/.source],
  [
    'a>b',
    "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer",
  ],
  ['a=-', `unable to parse requirement: values[0][a]: Invalid value: "-": ${LABEL_RULE}`],
];

const refusal = (parse: () => unknown): string => {
  try {
    parse();
  } catch (error) {
    assert.ok(error instanceof ApiError);
    assert.equal(error.status.code, 400);
    return error.status.message ?? '';
  }
  return '';
};

for (const [text, message] of unreadable) {
  test(`The label selector ${JSON.stringify(text)} is refused`, () => {
    const said = refusal(() => parseLabelSelector(text));
    assert.ok(said.includes(message), said);
  });
}

test('Field selectors escape what would end a value', () => {
  assert.deepEqual(parseFieldSelector('a=x\\,y\\=z\\\\,,b!=,c==d'), [
    { path: 'a', equal: true, value: 'x,y=z\\' },
    { path: 'b', equal: false, value: '' },
    { path: 'c', equal: true, value: 'd' },
  ]);
});

const badFields: readonly (readonly [string, string])[] = [
  ['a', "invalid selector: 'a'; can't understand 'a'"],
  ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
  ['a=\\x', 'invalid field selector: invalid escape sequence: \\x'],
  ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
];

for (const [text, message] of badFields) {
  test(`The field selector ${text} is refused`, () => {
    assert.equal(
      refusal(() => parseFieldSelector(text)),
      message,
    );
  });
}

const fields: readonly (readonly [path: string, field: string, message: string])[] = [
  [
    '/api/v1/configmaps',
    'data.a',
    '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
  ],
  ['/api/v1/pods', 'spec.image', 'field label not supported: spec.image'],
  ['/api/v1/nodes', 'metadata.namespace', 'field label not supported: metadata.namespace'],
  ['/apis/batch/v1/jobs', 'spec.suspend', 'field label "spec.suspend" not supported for Job'],
];

for (const [path, field, message] of fields) {
  test(`${path} cannot be selected by ${field}`, async () => {
    await using door = await openFrontDoor();
    const { status, body } = await door.get(`${path}?fieldSelector=${field}%3Dx`);
    assert.deepEqual([status, body.message], [400, message]);
  });
}

test('Whatever comes as a selector is read or refused', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'ab=!<>(),\\ \t', 'in', 'notin') }),
  );
  fc.assert(
    fc.property(text, (selector) => {
      refusal(() => parseLabelSelector(selector));
      refusal(() => parseFieldSelector(selector));
    }),
  );
});
