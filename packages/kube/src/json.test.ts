import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseJson, renderJson } from './json.ts';

describe('JSON', () => {
  const rows: readonly [string, unknown][] = [
    ['{"a":9007199254740993}', { a: 9007199254740993n }],
    ['[-9223372036854775808,9223372036854775807]', [-9223372036854775808n, 9223372036854775807n]],
    ['9007199254740991', 9007199254740991],
    ['"9007199254740993"', '9007199254740993'],
    ['[1e300,0.1234567890123456]', [1e300, 0.1234567890123456]],
  ];
  for (const [text, value] of rows)
    it(`is read as it is: ${text}`, () => assert.deepEqual(parseJson(text), value));

  it('comes out as it went in, with integers of any size', () => {
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.string(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('any'), {
          maxKeys: 3,
          noNullPrototype: false,
        }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (given) => {
        const text = renderJson(given);
        assert.equal(renderJson(parseJson(text)), text);
      }),
    );
  });

  it('that cannot be is refused', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    assert.throws(() => renderJson(loop), TypeError);
    assert.throws(() => parseJson('{"a":99999999999999999999'), SyntaxError);
  });
});
