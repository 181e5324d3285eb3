import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Expected, outcomeOf } from './outcome.ts';
import type { App, AppStatus } from './schema.ts';

type Condition = NonNullable<AppStatus['conditions']>[number];

const condition = (
  type: string,
  status: Condition['status'],
  [reason, message = reason]: readonly [reason: string, message?: string],
): Condition => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: '2026-01-01T00:00:00Z',
});

const broken = condition('Ready', 'False', ['E_BUILD_FAILED', 'shop could not be built\n  why    no']);
const serving = condition('Released', 'True', ['Succeeded']);
const app = (status: AppStatus): App => ({
  apiVersion: 'fairlead.dev/v1alpha1',
  kind: 'App',
  metadata: { name: 'shop' },
  spec: {},
  status: { observedGeneration: 2, release: 3, url: 'http://shop.localhost', ...status },
});

const told = (status: AppStatus, expected: Partial<Expected>): string => {
  const outcome = outcomeOf(app(status), { generation: 2, before: 2, ...expected });
  return outcome === undefined
    ? 'on its way'
    : `${outcome.ok ? 'ok' : `failed (${outcome.fault})`}: ${outcome.text}`;
};

const rows: readonly (readonly [string, AppStatus, Partial<Expected>, string])[] = [
  ['nothing is known of it yet', { observedGeneration: 1, phase: 'Running' }, {}, 'on its way'],
  ['it is deployed', { phase: 'Running' }, {}, 'ok: v3 deployed'],
  ['it is what was there', { phase: 'Running' }, { before: 3 }, 'ok: nothing changed: v3 is the newest'],
  ['nothing runs, as is wished', { phase: 'Stopped' }, {}, 'ok: v3 deployed'],
  ['it is being built', { phase: 'Building' }, {}, 'on its way'],
  ['it is rolled out', { phase: 'Deploying' }, {}, 'on its way'],
  [
    'the build failed',
    { phase: 'Degraded', conditions: [broken] },
    {},
    'failed (user): E_BUILD_FAILED  shop could not be built\n  why    no',
  ],
  [
    'the machine lacks a tool',
    { phase: 'Failed', conditions: [condition('Ready', 'False', ['E_BUILD_TOOL_MISSING', 'no pip'])] },
    {},
    'failed (system): E_BUILD_TOOL_MISSING  no pip',
  ],
  [
    'the configuration is released although the newest source is broken',
    { phase: 'Degraded', conditions: [broken, serving] },
    { changed: 'configuration' },
    'ok: v3 deployed',
  ],
  [
    'the configuration is as it was although the newest source is broken',
    { phase: 'Degraded', conditions: [broken, serving] },
    { changed: 'configuration', before: 3 },
    'ok: nothing changed: v3 is the newest',
  ],
  [
    'the configuration is as it was, and still on its way',
    { phase: 'Deploying', conditions: [condition('Released', 'Unknown', ['Deploying'])] },
    { changed: 'configuration', before: 3 },
    'on its way',
  ],
  [
    'the configuration is on its way although the newest source is broken',
    { phase: 'Degraded', conditions: [broken, condition('Released', 'Unknown', ['Deploying'])] },
    { changed: 'configuration' },
    'on its way',
  ],
  [
    'the configuration waits for a build that is under way',
    { phase: 'Building', conditions: [serving] },
    { changed: 'configuration', before: 3 },
    'on its way',
  ],
  [
    'the app does not start with the configuration',
    {
      phase: 'Degraded',
      conditions: [broken, condition('Released', 'False', ['E_RELEASE_CRASHED', 'v3 fell'])],
    },
    { changed: 'configuration' },
    'failed (user): E_RELEASE_CRASHED  v3 fell',
  ],
  [
    'all copies are there although the newest source is broken',
    { phase: 'Degraded', ready: '5/5', conditions: [broken] },
    { changed: 'scale', before: 3 },
    'ok: 5 of 5 copies are ready',
  ],
  [
    'copies are still missing',
    { phase: 'Deploying', ready: '2/5' },
    { changed: 'scale', before: 3 },
    'on its way',
  ],
  [
    'copies will not come',
    {
      phase: 'Degraded',
      ready: '2/5',
      conditions: [condition('Ready', 'False', ['E_COPIES_NOT_READY', '2 of 5'])],
    },
    { changed: 'scale', before: 3 },
    'failed (user): E_COPIES_NOT_READY  2 of 5',
  ],
];

for (const [situation, status, expected, outcome] of rows)
  it(`${expected.changed ?? 'source'}: ${situation}`, () => assert.equal(told(status, expected), outcome));
