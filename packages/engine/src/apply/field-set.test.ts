import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  difference,
  EMPTY_SET,
  equalSets,
  type FieldSet,
  intersection,
  isEmptySet,
  membersOf,
  setOfPath,
  union,
  withoutSubtrees,
} from './field-set.ts';
import { parseFieldSet } from './parse-field-set.ts';
import { renderPath } from './path-element.ts';

const element = fc.constantFrom('f:a', 'f:b', 'f:c', 'k:{"name":"x"}', 'v:"s"');
const path = fc.array(element, { minLength: 1, maxLength: 4 });
const paths = fc.array(path, { maxLength: 8 });

const setOf = (list: readonly (readonly string[])[]): FieldSet =>
  list.map((one) => setOfPath(...one)).reduce(union, EMPTY_SET);
const flat = (set: FieldSet): string[] => [...membersOf(set)].map((one) => one.join('\n')).sort();
const unique = (list: readonly (readonly string[])[]): string[] =>
  [...new Set(list.map((one) => one.join('\n')))].sort();

test('a field set holds just the paths that were put in, through its stored form too', () => {
  fc.assert(
    fc.property(paths, (list) => {
      const set = setOf(list);
      assert.deepEqual(flat(set), unique(list));
      const read = parseFieldSet(JSON.parse(JSON.stringify(set))) as FieldSet;
      assert.ok(equalSets(read, set));
    }),
  );
});

test('union, intersection and difference do what they do to sets of paths', () => {
  fc.assert(
    fc.property(paths, paths, (left, right) => {
      const [a, b] = [setOf(left), setOf(right)];
      const [x, y] = [unique(left), unique(right)];
      assert.deepEqual(flat(union(a, b)), unique([...left, ...right]));
      assert.deepEqual(
        flat(intersection(a, b)),
        x.filter((one) => y.includes(one)),
      );
      assert.deepEqual(
        flat(difference(a, b)),
        x.filter((one) => !y.includes(one)),
      );
      const below = (one: string) => y.some((other) => one === other || one.startsWith(`${other}\n`));
      assert.deepEqual(
        flat(withoutSubtrees(a, b)),
        x.filter((one) => !below(one)),
      );
      assert.ok(isEmptySet(difference(a, a)));
    }),
  );
});

test('a field set of a client is spelled our way, and what cannot be read is refused whole', () => {
  assert.deepEqual(parseFieldSet({ 'k:{"protocol":"TCP", "port":80}': {}, 'x:new': {}, '.': {} }), {
    'k:{"port":80,"protocol":"TCP"}': {},
    '.': {},
  });
  for (const broken of [{ 'k:{': {} }, { 'k:[]': {} }, { 'i:x': {} }, { name: {} }, 'text', null]) {
    assert.equal(parseFieldSet(broken), undefined, JSON.stringify(broken));
  }
});

test('paths read as people write them', () => {
  const elements = ['f:spec', 'k:{"containerPort":80,"protocol":"TCP"}', 'f:name', 'v:"a"', 'i:3'];
  assert.equal(renderPath(elements), '.spec[containerPort=80,protocol="TCP"].name[="a"][3]');
});
