import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LabelRequirement, matchesSelector, parseSelector, renderSelector } from '@fairlead/kube';
import fc from 'fast-check';
import { compileMatcher } from './match.ts';
import { parseLabelSelector } from './label-parse.ts';

const key = fc.constantFrom('app', 'tier', 'example.com/team', 'in', 'notin');
const value = fc.constantFrom('', 'a', 'b', 'x-1', 'in', '5', '10');
const values = fc.uniqueArray(value, { minLength: 1, maxLength: 3 });
const requirement: fc.Arbitrary<LabelRequirement> = fc.oneof(
  fc.record({ key, operator: fc.constantFrom('In', 'NotIn'), values }),
  fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);
const labels = fc.dictionary(key, value);
const selector = fc.record({
  matchLabels: fc.dictionary(key, value, { maxKeys: 2 }),
  matchExpressions: fc.array(requirement, { maxLength: 3 }),
});

/** How the server reads a text and asks an object. */
const serves = (text: string, has: Readonly<Record<string, string>>): boolean => {
  const matcher = compileMatcher(undefined as never, { labels: parseLabelSelector(text), fields: [] });
  return matcher === undefined || matcher({ metadata: { labels: has } } as never);
};

describe('a label selector', () => {
  it('means the same to who writes it, to who reads it back and to the server', () => {
    fc.assert(
      fc.property(selector, labels, (asked, has) => {
        const text = renderSelector(asked);
        const meant = matchesSelector(asked, has);
        assert.equal(matchesSelector(parseSelector(text), has), meant, text);
        assert.equal(serves(text, has), meant, text);
        assert.equal(
          renderSelector(parseSelector(renderSelector(parseSelector(text)))),
          renderSelector(parseSelector(text)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('of two parts asks for both', () => {
    fc.assert(
      fc.property(requirement, requirement, labels, (one, other, has) => {
        const [left, right] = [one, other].map((part) => renderSelector({ matchExpressions: [part] }));
        assert.equal(serves(`${left},${right}`, has), serves(left ?? '', has) && serves(right ?? '', has));
      }),
    );
  });

  it('and its contrary never agree', () => {
    const contrary = { In: 'NotIn', NotIn: 'In', Exists: 'DoesNotExist', DoesNotExist: 'Exists' } as const;
    fc.assert(
      fc.property(requirement, labels, (asked, has) => {
        const other = { ...asked, operator: contrary[asked.operator] };
        const [yes, no] = [asked, other].map((part) =>
          serves(renderSelector({ matchExpressions: [part] }), has),
        );
        assert.notEqual(yes, no);
      }),
    );
  });
});
