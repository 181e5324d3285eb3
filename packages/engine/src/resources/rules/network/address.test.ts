import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressWarnings, isWithin, parseAddress, parseRange, type Range, rangeWarnings } from './address.ts';

const readings: readonly (readonly [text: string, canonical: string | undefined, strict?: boolean])[] = [
  ['10.1.2.3', '10.1.2.3', true],
  ['010.001.2.3', '10.1.2.3', false],
  ['FD00:0:0::1', 'fd00::1', true],
  ['::', '::', true],
  ['::ffff:1.2.3.4', '1.2.3.4', false],
  ['64:ff9b::1.2.3.4', '64:ff9b::102:304', true],
  ['10.1.2', undefined],
  ['10.1.2.256', undefined],
  ['fe80::1%eth0', undefined],
  ['', undefined],
];

for (const [text, canonical, strict] of readings) {
  test(`${JSON.stringify(text)} is ${canonical ?? 'no address'}`, () => {
    const address = parseAddress(text);
    assert.deepEqual([address?.text, address?.strict], [canonical, strict]);
  });
}

test('A range is named by its first address', () => {
  const texts = ['10.1.2.3/8', 'fd00::1/64', '::ffff:10.1.2.3/104', '10.0.0.0/33', '10.0.0.0', '/8'];
  assert.deepEqual(
    texts.map((text) => parseRange(text)?.text),
    ['10.0.0.0/8', 'fd00::/64', '10.0.0.0/8', undefined, undefined, undefined],
  );
});

test('A range lies in another when it is smaller and of its family', () => {
  const range = (text: string): Range => parseRange(text) as Range;
  const pairs = [
    ['10.1.0.0/16', '10.0.0.0/8'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['11.0.0.0/16', '10.0.0.0/8'],
    ['fd00::/64', '10.0.0.0/8'],
  ] as const;
  assert.deepEqual(
    pairs.map(([inner, outer]) => isWithin(range(inner), range(outer))),
    [true, false, false, false],
  );
});

test('What can be read in two ways is warned of', () => {
  assert.deepEqual(addressWarnings('ip', '010.0.0.1'), [
    'ip: non-standard IP address "010.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"',
  ]);
  assert.deepEqual(addressWarnings('ip', 'FD00::1'), [
    'ip: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")',
  ]);
  assert.deepEqual(rangeWarnings('range', '10.1.2.3/8'), [
    'range: CIDR value "10.1.2.3/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.1.2.3/32"?)',
  ]);
  assert.deepEqual(addressWarnings('ip', '10.0.0.1'), []);
});
