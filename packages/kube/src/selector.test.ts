import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LabelSelector } from './kinds/meta.ts';
import { matchesSelector, renderSelector } from './selector.ts';

describe('a label selector', () => {
  const labels = { app: 'shop', tier: 'front' };
  const requirement = (
    key: string,
    operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist',
    ...values: string[]
  ) => ({
    matchExpressions: [{ key, operator, ...(values.length > 0 && { values }) }],
  });
  const cases: readonly [LabelSelector | undefined, boolean, string][] = [
    [undefined, false, ''],
    [{}, true, ''],
    [{ matchLabels: { app: 'shop' } }, true, 'app=shop'],
    [{ matchLabels: { app: 'shop', tier: 'back' } }, false, 'app=shop,tier=back'],
    [requirement('app', 'In', 'shop', 'cart'), true, 'app in (shop,cart)'],
    [requirement('none', 'In', 'shop'), false, 'none in (shop)'],
    [requirement('app', 'NotIn', 'shop'), false, 'app notin (shop)'],
    [requirement('none', 'NotIn', 'shop'), true, 'none notin (shop)'],
    [requirement('app', 'Exists'), true, 'app'],
    [requirement('none', 'Exists'), false, 'none'],
    [requirement('app', 'DoesNotExist'), false, '!app'],
    [requirement('none', 'DoesNotExist'), true, '!none'],
    [
      { matchLabels: { app: 'shop' }, ...requirement('tier', 'In', 'back') },
      false,
      'app=shop,tier in (back)',
    ],
  ];
  for (const [selector, matches, text] of cases) {
    it(`${text || JSON.stringify(selector)} ${matches ? 'fits' : 'does not fit'}`, () => {
      assert.equal(matchesSelector(selector, labels), matches);
      if (selector !== undefined) assert.equal(renderSelector(selector), text);
    });
  }

  it('fits what has no labels only if it asks for none', () => {
    assert.equal(matchesSelector({}), true);
    assert.equal(matchesSelector({ matchLabels: { app: 'shop' } }), false);
  });
});
