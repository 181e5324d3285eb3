import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate, issuesOf, run } from './cel.fixture.ts';
import { BOOL, INT, listOf, STRING } from './type.ts';

const values: readonly (readonly [string, unknown])[] = [
  ['1 + 2 * 3 - 4 / 2 % 2', 7],
  ['-(3) + --2', -1],
  ['1 < 2 && 2u >= 2u && 1.5 > 1 && 1 == dyn(1.0) && dyn(2u) == 2', true],
  ['"a" + \'b\' + r"\\n" + """c"d"""', 'ab\\nc"d'],
  ['"\\u00e9\\x41\\101\\n"', 'éAA\n'],
  ['b"abc" == bytes("abc")', true],
  ['[1, 2, 3].map(x, x > 1, x * 2)', [4, 6]],
  ['[1, 2, 3].filter(x, x != 2)', [1, 3]],
  ['[1, 2, 3].all(x, x > 0) && [1, 2].exists(x, x == 2) && [1, 2].exists_one(x, x == 1)', true],
  ['{"a": 1, "b": 2}.all(k, k < "c")', true],
  ['[1, 2].all(i, v, v == i + 1) && {"a": "x"}.exists(k, v, k == "a" && v == "x")', true],
  ['[1, 2].transformList(i, v, i * v)', [0, 2]],
  ['{"a": 1}.transformMap(k, v, v + 1)', { a: 2 }],
  ['{"a": "b"}.transformMapEntry(k, v, {v: k})', { b: 'a' }],
  ['has({"a": 1}.a) && !has({"a": 1}.b)', true],
  ['{"a": {"b": 1}}.a.b + {"a": [7]}["a"][0]', 8],
  ['true || (1 / 0 == 1)', true],
  ['(1 / 0 == 1) || true', true],
  ['[0, 1].exists(x, 1 / x == 1)', true],
  ['[0, 1].all(x, 1 / x == 1)', 'error: division by zero'],
  ['1 / 0', 'error: division by zero'],
  ['9223372036854775807 + 1', 'error: integer overflow'],
  ['0u - 1u', 'error: unsigned integer overflow'],
  ['[1][1]', 'error: index out of bounds: 1'],
  ['{"a": 1}.b', 'error: no such key: b'],
  ['dyn("a") > 1', 'error: no such overload'],
  ['int("x")', 'error: strconv.ParseInt: parsing "x": invalid syntax'],
  ['2 in [1, 2] && !("x" in {"a": 1})', true],
  ['[1, 2, 3].size() + size("héé") + size({"a": 1})', 7],
  ['[{"a": 1}.?a, {"a": 1}.?b, [1][?0], [1][?1]]', [['?', 1], '?', ['?', 1], '?']],
  ['{"a": {"b": 1}}.?a.?b.orValue(2) + optional.none().orValue(3)', 4],
  ['{"a": {"b": 1}}.?c.b.hasValue()', false],
  ['optional.of(2).optMap(x, x * 2)', ['?', 4]],
  ['optional.of(2).optFlatMap(x, optional.of(x + 1)).value()', 3],
  ['optional.ofNonZeroValue("").or(optional.of("x")).value()', 'x'],
  ['optional.none().value()', 'error: optional.none() dereference'],
  ['[?optional.of(1), ?optional.none(), 2]', [1, 2]],
  ['{?"a": optional.none(), ?"b": optional.of(1)}', { b: 1 }],
  ['type(1) == int && type("") == string && type([]) == list && type(null) == null_type', true],
  [
    'string(1) + string(true) + string(1.5) + string(duration("90s")) + string(timestamp("2020-01-02T03:04:05.5Z"))',
    '1true1.590s2020-01-02T03:04:05.5Z',
  ],
  [
    'duration("1h") > duration("59m") && timestamp("2020-01-01T00:00:00Z") + duration("1h") == timestamp("2020-01-01T01:00:00Z")',
    true,
  ],
  ['timestamp("2020-02-03T04:05:06Z").getMonth() + timestamp("2020-02-03T04:05:06Z").getDate()', 4],
  ['timestamp("2020-02-03T23:05:06Z").getHours("+02:30")', 1],
  ['duration("90m").getHours()', 1],
];

for (const [source, wanted] of values) {
  test(`${source} is ${JSON.stringify(wanted)}`, () => assert.deepEqual(evaluate(source), wanted));
}

const libraries: readonly (readonly [string, unknown])[] = [
  ['"hello".charAt(1) + "hello".substring(1, 3) + "hello".substring(3)', 'eello'],
  ['"abcabc".indexOf("c") + "abcabc".indexOf("c", 3) + "abcabc".lastIndexOf("b")', 11],
  ['"AbC".lowerAscii() + "AbC".upperAscii() + " x ".trim()', 'abcABCx'],
  ['"aXbX".replace("X", "-") + "aXbX".replace("X", "-", 1)', 'a-b-a-bX'],
  ['"a,b,c".split(",") + "a,b,c".split(",", 2)', ['a', 'b', 'c', 'a', 'b,c']],
  ['["a", "b"].join("-") + ["a", "b"].join()', 'a-bab'],
  ['"%s is %d of %.2f, %x%%".format([dyn("it"), dyn(3), 1.239, 255])', 'it is 3 of 1.24, ff%'],
  ['"%s".format([[dyn(1), "a", {"k": true}]])', '[1, "a", {"k":true}]'],
  ['strings.quote("a\\"b\\n")', '"a\\"b\\n"'],
  [
    '"abc 123".find("[0-9]+") + "a1b22".findAll("[0-9]+").join("+") + "a1b2".findAll("[0-9]", 1).join()',
    '1231+221',
  ],
  ['"x".find("y")', ''],
  ['"kube".matches("^k.*e$") && !"kube".matches("^u")', true],
  ['"x".matches("(" + "")', 'error: error parsing regexp: missing closing ): `(`'],
  ['[1, 3, 2].max() + [1, 3, 2].min() + [1, 3, 2].sum()', 10],
  ['[1, 2].isSorted() && !["b", "a"].isSorted()', true],
  ['[].max()', 'error: max called on empty list'],
  ['[1, 2, 1].indexOf(1) + [1, 2, 1].lastIndexOf(1)', 2],
  ['sets.contains([1, 2], [2]) && sets.equivalent([1, 2, 2], [2, 1]) && sets.intersects([1], [1, 3])', true],
  ['url("https://u@example.com:80/p%20q/r?a=1&a=2").getHostname()', 'example.com'],
  ['url("https://example.com:80/p?a=1&a=2").getQuery()["a"]', ['1', '2']],
  [
    'url("https://[::1]:80/a").getPort() + url("https://[::1]:80/a").getHost() + url("/a b").getEscapedPath()',
    '80[::1]:80/a%20b',
  ],
  ['isURL("../x") || isURL("x.y") || !isURL("http://x")', false],
  [
    'ip("::1").isLoopback() && ip("10.0.0.1").family() == 4 && isIP("::") && !isIP("::ffff:1.2.3.4") && !isIP("1.2.3.04")',
    true,
  ],
  ['string(ip("2001:0db8:0:0::1")) + string(cidr("10.1.2.3/8").masked())', '2001:db8::110.0.0.0/8'],
  ['ip.isCanonical("2001:db8::1") && !ip.isCanonical("2001:DB8::1")', true],
  [
    'cidr("10.0.0.0/8").containsIP("10.1.1.1") && cidr("10.0.0.0/8").containsCIDR(cidr("10.2.0.0/16")) && cidr("::/0").prefixLength() == 0',
    true,
  ],
  [
    'quantity("1Ki").compareTo(quantity("1024")) == 0 && quantity("1.5").add(1).isGreaterThan(quantity("2")) && quantity("3").sub(quantity("1")).asInteger() == 2',
    true,
  ],
  ['isQuantity("1x") || !isQuantity("100m") || quantity("-1").sign() != -1', false],
  ['quantity("1500m").asInteger()', 'error: cannot convert value to integer'],
  [
    'semver("1.2.3-rc.1").isLessThan(semver("1.2.3")) && semver("v01.2", true).minor() == 2 && !isSemver("1.2") && isSemver("v1", true)',
    true,
  ],
  [
    'format.dns1123Label().validate("A").hasValue() && !format.named("uuid").value().validate("x").value().isSorted()',
    false,
  ],
  ['format.dns1123Label().validate("a")', '?'],
];

for (const [source, wanted] of libraries) {
  test(`Kubernetes' functions: ${source} is ${JSON.stringify(wanted)}`, () =>
    assert.deepEqual(evaluate(source), wanted));
}

const variables = { self: STRING, n: INT, flags: listOf(BOOL) };
const issues: readonly (readonly [string, readonly string[]])[] = [
  ['self == "a" && n > 1', []],
  ['other', ["ERROR: <input>:1:1: undeclared reference to 'other' (in container '')"]],
  ['self == 1', ["ERROR: <input>:1:6: found no matching overload for '_==_' applied to '(string, int)'"]],
  ['self.size(1)', ["ERROR: <input>:1:10: found no matching overload for 'size' applied to 'string.(int)'"]],
  ['self.x', ["ERROR: <input>:1:5: type 'string' does not support field selection"]],
  ['self && flags[0]', ["ERROR: <input>:1:1: expected type 'bool' but found 'string'"]],
  [
    '[1, "a"].size() == a\n|| b',
    [
      "ERROR: <input>:1:5: expected type 'int' but found 'string'",
      "ERROR: <input>:1:20: undeclared reference to 'a' (in container '')",
      "ERROR: <input>:2:4: undeclared reference to 'b' (in container '')",
    ],
  ],
  [
    'n.all(x, true)',
    [
      "ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
    ],
  ],
  ['self.foo()', ["ERROR: <input>:1:9: undeclared reference to 'foo' (in container '')"]],
  [
    'self ==',
    [
      "ERROR: <input>:1:8: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}",
    ],
  ],
  ['has(self)', ['ERROR: <input>:1:5: invalid argument to has() macro']],
  ['flags.all(1, true)', ['ERROR: <input>:1:11: argument must be a simple name']],
];

for (const [source, wanted] of issues) {
  test(`What is wrong with ${source.replace('\n', ' ')}`, () =>
    assert.deepEqual(issuesOf(source, variables), wanted));
}

const costs: readonly (readonly [string, number])[] = [
  ['true', 0],
  ['1 + 2 == 3', 2],
  ['[1, 2, 3].all(x, x > 0)', 16],
  ['"0123456789012345".contains("01234567890")', 4],
  ['"0123456789".matches("[0-9]+")', 4],
];

for (const [source, wanted] of costs) {
  test(`${source} costs ${wanted}`, () => assert.equal(run(source).cost, wanted));
}

test('An expression is given up at its limit', () => {
  const { error, exceeded } = run('[1,2,3,4,5,6,7,8].all(a, [1,2,3,4,5,6,7,8].all(b, a + b > 0))', 100);
  assert.deepEqual(
    { error, exceeded },
    { error: 'operation cancelled: actual cost limit exceeded', exceeded: true },
  );
});
