import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '@fairlead/kube';
import fc from 'fast-check';
import { builtinKind } from '../schema/builtin.ts';
import { applyPatch } from './apply-patch.ts';

const at = { schema: builtinKind('apps.v1.Deployment'), apiVersion: 'apps/v1', now: '2024-01-01T00:00:00Z' };

/** What one manager cares about; two of them with different letters have nothing in common. */
interface Wish {
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly env: readonly object[];
  }[];
}

const wishOf = (letter: string): fc.Arbitrary<Wish> => {
  const name = fc.constantFrom(`${letter}1`, `${letter}2`, `${letter}3`);
  const value = fc.constantFrom('x', 'y');
  const env = fc.uniqueArray(fc.record({ name, value }, { noNullPrototype: true }), {
    selector: (one) => one.name,
    minLength: 1,
    maxLength: 2,
  });
  return fc.record(
    {
      labels: fc.dictionary(name, value, { minKeys: 1, noNullPrototype: true }),
      containers: fc.uniqueArray(fc.record({ name, image: value, env }, { noNullPrototype: true }), {
        selector: (one) => one.name,
        minLength: 1,
        maxLength: 2,
      }),
    },
    { noNullPrototype: true },
  );
};

const deployment = ({ labels, containers }: Wish): KubeObject =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a', labels },
    spec: { template: { spec: { containers } } },
  }) as never;
const nothing = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } } as KubeObject;

interface Step {
  readonly manager: string;
  readonly applied: KubeObject;
  readonly force?: boolean;
}

const apply = (live: KubeObject | undefined, step: Step) =>
  applyPatch({ ...at, ...step, ...(live && { live }) });

const applied = (live: KubeObject | undefined, step: Step): KubeObject => {
  const result = apply(live, step);
  assert.ok(result.kind === 'applied', JSON.stringify(result));
  return result.object;
};

const by = (manager: string, wish: Wish): Step => ({ manager, applied: deployment(wish) });

/** Without the order of what has no order of its own: of managers, and of items that different ones brought. */
const content = (object: KubeObject) => {
  const { metadata, spec } = object as KubeObject & {
    spec?: { template?: { spec?: { containers?: Wish['containers'] } } };
  };
  const containers = spec?.template?.spec?.containers ?? [];
  return {
    labels: metadata.labels ?? {},
    containers: containers.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    owners: Object.fromEntries(
      (metadata.managedFields ?? []).map(({ manager, fieldsV1 }) => [manager, fieldsV1]),
    ),
  };
};

describe('an apply', () => {
  it('of one manager and one of another that share nothing come to the same in either order', () => {
    fc.assert(
      fc.property(wishOf('a'), wishOf('b'), (mine, yours) => {
        const [one, other] = [by('one', mine), by('other', yours)];
        const there = applied(applied(undefined, one), other);
        const back = applied(applied(undefined, other), one);
        assert.deepEqual(content(there), content(back));
      }),
    );
  });

  it('that is taken back leaves what was there without it', () => {
    fc.assert(
      fc.property(wishOf('a'), wishOf('b'), (mine, yours) => {
        const before = applied(undefined, by('one', mine));
        const both = applied(before, by('other', yours));
        const after = applied(both, { manager: 'other', applied: nothing });
        assert.deepEqual(content(after), content(before));
      }),
    );
  });

  it('leads from any wish of a manager to its next one, as if there had been no other', () => {
    fc.assert(
      fc.property(fc.array(wishOf('a'), { minLength: 1, maxLength: 4 }), (wishes) => {
        let live: KubeObject | undefined;
        for (const wish of wishes) live = applied(live, by('one', wish));
        const fresh = applied(undefined, by('one', wishes.at(-1) as Wish));
        assert.deepEqual(content(live as KubeObject), content(fresh));
      }),
    );
  });

  it('conflicts exactly where another manager applied something else, and with force wins there', () => {
    fc.assert(
      fc.property(wishOf('a'), wishOf('a'), (mine, yours) => {
        const live = applied(undefined, by('one', mine));
        const result = apply(live, by('other', yours));
        const differing = Object.keys(yours.labels).filter(
          (key) => key in mine.labels && mine.labels[key] !== yours.labels[key],
        );
        const fields = result.kind === 'conflict' ? result.causes.map(({ field }) => field) : [];
        assert.deepEqual(
          fields.filter((field) => field.startsWith('.metadata.labels')).sort(),
          differing.map((key) => `.metadata.labels.${key}`).sort(),
        );
        const forced = content(applied(live, { ...by('other', yours), force: true }));
        assert.deepEqual(forced.labels, { ...mine.labels, ...yours.labels });
        assert.equal(apply(live, by('one', mine)).kind, 'applied');
      }),
    );
  });
});
