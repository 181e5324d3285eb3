import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LabelSelector } from './kinds/meta.ts';
import { matchesSelector, parseSelector, renderSelector } from './selector.ts';

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
      if (selector === undefined) return;
      assert.equal(renderSelector(selector), text);
      assert.equal(matchesSelector(parseSelector(text), labels), matches);
    });
  }

  it('fits what has no labels only if it asks for none', () => {
    assert.equal(matchesSelector({}), true);
    assert.equal(matchesSelector({ matchLabels: { app: 'shop' } }), false);
  });

  it('is read in every way that it may be written', () => {
    const text = ' a = b,c==d, e != f ,g in (h, i),j notin(k),l,! m,n=';
    assert.deepEqual(parseSelector(text).matchExpressions, [
      { key: 'a', operator: 'In', values: ['b'] },
      { key: 'c', operator: 'In', values: ['d'] },
      { key: 'e', operator: 'NotIn', values: ['f'] },
      { key: 'g', operator: 'In', values: ['h', 'i'] },
      { key: 'j', operator: 'NotIn', values: ['k'] },
      { key: 'l', operator: 'Exists' },
      { key: 'm', operator: 'DoesNotExist' },
      { key: 'n', operator: 'In', values: [''] },
    ]);
    for (const bad of ['=a', 'a in b', 'a,,b', 'a b', 'in (a)', 'a=(b)']) {
      assert.throws(() => parseSelector(bad), SyntaxError, bad);
    }
  });
});
