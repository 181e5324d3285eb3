import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { builtinKind } from '../schema/builtin.ts';
import { equalJson, isObject } from '../schema/json.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMergePatch } from './strategic.ts';

const names = fc.constantFrom('a', 'b', 'c/d', 'e~f', '');
const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(1, 'x', true, 0, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 3 }),
  ),
})).value;
const objects = fc.dictionary(names, json, { maxKeys: 4 });

const same = (a: unknown, b: unknown): void =>
  assert.ok(equalJson(a, b), `${JSON.stringify(a)} and ${JSON.stringify(b)}`);

type Operation = { readonly op: string; readonly path: string; readonly [more: string]: unknown };
type Path = readonly string[];

const pointer = (path: Path): string =>
  path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Every place in a document, its root left out. */
const placesIn = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...placesIn(inner, [...path, key])])
    : [];

const at = (document: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document);

/** The operations of RFC 6902 by the letter, each on a copy of its own. */
const reference = {
  remove(document: unknown, path: Path): unknown {
    const copy = structuredClone(document);
    const container = at(copy, path.slice(0, -1)) as unknown[] | Record<string, unknown>;
    const last = path.at(-1) ?? '';
    if (Array.isArray(container)) container.splice(Number(last), 1);
    else delete container[last];
    return copy;
  },
  add(document: unknown, path: Path, value: unknown): unknown {
    const copy = structuredClone(document);
    const container = at(copy, path.slice(0, -1)) as unknown[] | Record<string, unknown>;
    const last = path.at(-1) ?? '';
    if (Array.isArray(container)) container.splice(last === '-' ? container.length : Number(last), 0, value);
    else container[last] = value;
    return copy;
  },
};

/** What an operation may be about is known only when those before it are done: so it is chosen by a number. */
interface Choice {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly from: number;
  readonly to: number;
  readonly value: unknown;
}

const choices: fc.Arbitrary<Choice[]> = fc.array(
  fc.record({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
    from: fc.nat(),
    to: fc.nat(),
    value: json,
  }),
  { maxLength: 8 },
);

const pick = <T>(all: readonly T[], number: number): T | undefined => all[number % all.length];

/** Where something may be put: over any member, into any list, or under a new name. */
const targetsIn = (document: unknown): Path[] => {
  const containers = [[], ...placesIn(document)].filter((path) => {
    const value = at(document, path);
    return typeof value === 'object' && value !== null;
  });
  return containers.flatMap((path) => {
    const value = at(document, path);
    const inside = Array.isArray(value)
      ? [...value.keys(), value.length, '-']
      : [...Object.keys(value as object), 'new'];
    return inside.map((key) => [...path, String(key)]);
  });
};

/** The operation, and the document after it. */
function step(document: unknown, { op, from, to, value }: Choice): readonly [Operation[], unknown] {
  const source = pick(placesIn(document), from);
  if (op === 'add') {
    const target = pick(targetsIn(document), to) ?? [];
    return [[{ op, path: pointer(target), value }], reference.add(document, target, value)];
  }
  if (!source) return [[], document];
  const path = pointer(source);
  if (op === 'test') return [[{ op, path, value: at(document, source) }], document];
  if (op === 'remove') return [[{ op, path }], reference.remove(document, source)];
  if (op === 'replace') {
    const without = Array.isArray(at(document, source.slice(0, -1)))
      ? reference.remove(document, source)
      : document;
    return [[{ op, path, value }], reference.add(without, source, value)];
  }
  const rest = op === 'move' ? reference.remove(document, source) : document;
  const target = pick(targetsIn(rest), to) ?? [];
  const moved = reference.add(rest, target, structuredClone(at(document, source)));
  return [[{ op, from: path, path: pointer(target) }], moved];
}

describe('a JSON patch', () => {
  it('does what RFC 6902 says of its operations, one after the other', () => {
    fc.assert(
      fc.property(objects, choices, (document, chosen) => {
        let expected: unknown = document;
        const operations: Operation[] = [];
        for (const choice of chosen) {
          const [some, next] = step(expected, choice);
          operations.push(...some);
          expected = next;
        }
        const result = jsonPatch(document, operations);
        assert.ok('value' in result, JSON.stringify(operations));
        same(result.value, expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('in two parts is the one after the other, and one that fails changes nothing', () => {
    fc.assert(
      fc.property(objects, choices, fc.nat(8), (document, chosen, cut) => {
        let state: unknown = document;
        const operations = chosen.flatMap((choice) => {
          const [some, next] = step(state, choice);
          state = next;
          return some;
        });
        const before = JSON.stringify(document);
        const first = jsonPatch(document, operations.slice(0, cut));
        assert.ok('value' in first);
        const both = jsonPatch(first.value, operations.slice(cut));
        assert.ok('value' in both);
        same(both.value, state);
        assert.ok(
          'error' in jsonPatch(document, [...operations, { op: 'test', path: '/a', value: 'other' }]),
        );
        assert.equal(JSON.stringify(document), before);
      }),
    );
  });
});

/** A merge patch whose lists hold no nulls: Kubernetes drops those, the RFC does not. */
const patches: fc.Arbitrary<Record<string, unknown>> = fc.letrec<{
  patch: Record<string, unknown>;
  whole: unknown;
}>((tie) => ({
  whole: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(1, 'x', true),
    fc.array(tie('whole'), { maxLength: 3 }),
    fc.dictionary(names, tie('whole'), { maxKeys: 3 }),
  ),
  patch: fc.dictionary(
    names,
    fc.oneof({ depthSize: 'small' }, fc.constant(null), tie('whole'), tie('patch')),
    { maxKeys: 3 },
  ),
})).patch;

/** MergePatch of RFC 7396, section 2. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

describe('a merge patch', () => {
  it('does what the program in RFC 7396 does', () => {
    fc.assert(
      fc.property(objects, patches, (document, patch) =>
        same(mergePatch(document, patch), merged(document, patch)),
      ),
      {
        numRuns: 1000,
      },
    );
  });

  it('does nothing when it is empty, and nothing more the second time', () => {
    fc.assert(
      fc.property(objects, patches, (document, patch) => {
        same(mergePatch(document, {}), document);
        const once = mergePatch(document, patch);
        same(mergePatch(once, patch), once);
      }),
    );
  });

  it('of other members comes to the same before or after', () => {
    fc.assert(
      fc.property(objects, patches, patches, (document, left, right) => {
        const other = Object.fromEntries(Object.entries(right).filter(([key]) => !Object.hasOwn(left, key)));
        same(mergePatch(mergePatch(document, left), other), mergePatch(mergePatch(document, other), left));
      }),
    );
  });
});

describe('a strategic merge patch', () => {
  const pod = builtinKind('core.v1.Pod');
  const container = fc.record(
    {
      name: fc.constantFrom('a', 'b', 'c'),
      image: fc.constantFrom('1', '2'),
      args: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
    },
    { requiredKeys: ['name'] },
  );
  const containers = fc.uniqueArray(container, { selector: ({ name }) => name, maxLength: 3 });
  const specs = fc.record(
    {
      containers,
      hostname: fc.constantFrom('h', 'i'),
      nodeSelector: fc.dictionary(fc.constantFrom('k', 'l'), fc.constantFrom('v', 'w')),
    },
    { requiredKeys: [] },
  );
  const patched = (document: unknown, patch: unknown): Record<string, unknown> => {
    const result = strategicMergePatch(pod, document, patch);
    assert.ok('value' in result, JSON.stringify(result));
    return result.value as Record<string, unknown>;
  };

  it('does nothing when it is empty, and nothing more the second time', () => {
    fc.assert(
      fc.property(specs, specs, (before, change) => {
        same(patched({ spec: before }, {}), { spec: before });
        const once = patched({ spec: before }, { spec: change });
        same(patched(once, { spec: change }), once);
      }),
    );
  });

  it('leaves every item of a keyed list there once, with what both say of it', () => {
    fc.assert(
      fc.property(containers, containers, (before, change) => {
        const { spec } = patched({ spec: { containers: before } }, { spec: { containers: change } }) as {
          spec: { containers: { name: string }[] };
        };
        const all = new Set([...before, ...change].map(({ name }) => name));
        assert.deepEqual(spec.containers.map(({ name }) => name).sort(), [...all].sort());
        for (const item of spec.containers) {
          const [old, fresh] = [before, change].map((list) => list.find(({ name }) => name === item.name));
          same(item, { ...old, ...fresh });
        }
      }),
    );
  });
});
