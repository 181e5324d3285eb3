import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labels } from '@fairlead/api';
import type { HTTPRoute } from '@fairlead/kube';
import { anApp, aRoute } from '../objects.fixture.ts';
import { addressesOf, hasRoute, takenBy } from './hosts.ts';

const early = { created: '2025-01-01T00:00:00Z' };
const late = { created: '2027-01-01T00:00:00Z' };
const ofRival: HTTPRoute = {
  ...aRoute('r', 'h', early),
  metadata: { ...aRoute('r', 'h', early).metadata, namespace: 'team', labels: { [labels.app]: 'rival' } },
};

const rows: readonly [says: string, routes: readonly HTTPRoute[], owner: string | undefined][] = [
  ['nobody', [], undefined],
  ['oneself', [aRoute('mine', 'h', { own: true })], undefined],
  ['another host', [aRoute('r', 'other', early)], undefined],
  ['another app', [ofRival], 'team/rival'],
  ['a route of somebody', [aRoute('r', 'h', early)], 'default/r'],
  ['a route of somebody that is called like the app', [aRoute('shop', 'h', early)], 'default/shop'],
  ['the first of two', [aRoute('mine', 'h', { own: true }), aRoute('r', 'h', early)], 'default/r'],
  [
    'the first of two, if that is oneself',
    [aRoute('r', 'h', late), aRoute('mine', 'h', { own: true })],
    undefined,
  ],
  ['one of two of the same second', [aRoute('mine', 'h', { own: true }), aRoute('a', 'h')], 'default/a'],
];

describe('takenBy', () => {
  for (const [says, routes, owner] of rows)
    it(says, () => {
      assert.equal(takenBy('h', anApp(), routes), owner);
    });
});

describe('addresses', () => {
  it('are the app’s own, and those that it asks for', () => {
    const app = anApp({ routes: [{ host: 'shop.example' }, { host: 'shop.example', path: '/api' }] });
    assert.deepEqual(addressesOf(app, 'test'), [
      { host: 'shop.test', path: '/' },
      { host: 'shop.example', path: '/' },
      { host: 'shop.example', path: '/api' },
    ]);
    assert.equal(hasRoute('h', app, [aRoute('mine', 'h', { own: true })]), true);
    assert.equal(hasRoute('h', app, [aRoute('r', 'h')]), false);
  });
});
