import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '@fairlead/kube';
import { aPod, type PodFacts } from './pod.fixture.ts';
import { chooseVictims } from './victims.ts';

const hour = 3_600_000;
const now = 100 * hour;
const cost = (value: string): { annotations: Record<string, string> } => ({
  annotations: { 'controller.kubernetes.io/pod-deletion-cost': value },
});

const victimOf = (pods: readonly Pod[], related: readonly Pod[] = pods): string | undefined =>
  chooseVictims({ pods, related, count: 1, now })[0]?.metadata.name;

describe('which pod goes first when a set shrinks', () => {
  const rows: { title: string; goes: PodFacts; stays: PodFacts }[] = [
    { title: 'one without a node', goes: { name: 'x', node: '', phase: 'Pending' }, stays: { name: 'a' } },
    { title: 'a pending one', goes: { name: 'x', phase: 'Pending' }, stays: { name: 'a' } },
    {
      title: 'a pending one, though the running one is not ready',
      goes: { name: 'x', phase: 'Pending', ready: false },
      stays: { name: 'a', ready: false },
    },
    { title: 'one that is not ready', goes: { name: 'x', ready: false }, stays: { name: 'a' } },
    {
      title: 'one that its user calls cheap',
      goes: { name: 'x', ...cost('-5') },
      stays: { name: 'a', ...cost('3') },
    },
    {
      title: 'one that became ready lately',
      goes: { name: 'x', readySince: now - 1000 },
      stays: { name: 'a', readySince: now - hour },
    },
    {
      title: 'one that was restarted more',
      goes: { name: 'x', restarts: 4 },
      stays: { name: 'a', restarts: 1 },
    },
    {
      title: 'a young one',
      goes: { name: 'x', created: now - 1000, ready: false },
      stays: { name: 'a', created: now - 50 * hour, ready: false },
    },
  ];
  for (const { title, goes, stays } of rows) {
    it(title, () => {
      assert.equal(victimOf([aPod(stays), aPod(goes)]), 'x');
      assert.equal(victimOf([aPod(goes), aPod(stays)]), 'x');
    });
  }

  it('one that shares its node with others of the same owner', () => {
    const pods = [aPod({ name: 'a', node: 'one' }), aPod({ name: 'x', node: 'two' })];
    const related = [...pods, aPod({ name: 'other', node: 'two' })];
    assert.equal(victimOf(pods, related), 'x');
  });

  it('of ages alike, the lower uid', () => {
    const pods = [
      aPod({ name: 'b', readySince: now - 40 * hour }),
      aPod({ name: 'a', readySince: now - 41 * hour }),
    ];
    assert.equal(victimOf(pods), 'a');
  });

  it('an unreadable cost counts as none', () => {
    const pods = [aPod({ name: 'a', ...cost('0x1') }), aPod({ name: 'x', ...cost('-1') })];
    assert.equal(victimOf(pods), 'x');
  });
});
