import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aRelease, anApp, anImage } from '../objects.fixture.ts';
import type { Build } from './build.ts';
import type { Copies } from './copies.ts';
import { decidePhase, type PhaseFacts } from './phase.ts';

const web = (copies: Partial<Copies> = {}): Copies[] => [
  { process: 'web', wanted: 1, ready: 1, moving: false, ...copies },
];

const running: Build = { kind: 'running', image: anImage('b'), reasons: ['SourceMoved'] };
const failed: Build = { kind: 'failed', reason: 'E_BUILD_FAILED', message: 'no' };
const served = { code: 'a', phase: 'Succeeded' } as const;
const good = aRelease(2, served);
const condition = (type: string, reason: string) => ({
  type,
  status: 'False' as const,
  reason,
  message: `${reason}!`,
  lastTransitionTime: '',
});
const bad = aRelease(3, {
  code: 'b',
  phase: 'Failed',
  conditions: [condition('Available', 'E_RELEASE_CRASHED')],
});
const refused = aRelease(3, {
  code: 'b',
  phase: 'Deploying',
  conditions: [condition('Applied', 'E_RELEASE_REFUSED')],
});
const hindered = anImage('b', {
  conditions: [{ ...condition('Built', 'Hindered'), status: 'Unknown', message: 'is tried again: no disk' }],
});

type Row = readonly [says: string, facts: Partial<PhaseFacts>, phase: string];

const rows: readonly Row[] = [
  [
    'no source yet',
    { newest: aRelease(1), copies: [] },
    'Pending NoSource waits for its first push: git push fairlead main',
  ],
  ['the first build', { build: running, newest: aRelease(1) }, 'Building SourceMoved building shop-b'],
  [
    'a build beside what serves',
    { build: running, newest: good, serving: good },
    'Building SourceMoved building shop-b',
  ],
  [
    'a build that is held up',
    { build: { ...running, image: hindered } },
    'Building SourceMoved building shop-b, which is tried again: no disk',
  ],
  ['the first build failed', { build: failed, newest: aRelease(1) }, 'Failed E_BUILD_FAILED no'],
  ['a build failed', { build: failed, newest: good, serving: good }, 'Degraded E_BUILD_FAILED no'],
  ['the first release failed', { newest: bad }, 'Failed E_RELEASE_CRASHED E_RELEASE_CRASHED!'],
  ['a release failed', { newest: bad, serving: good }, 'Degraded E_RELEASE_CRASHED E_RELEASE_CRASHED!'],
  [
    'a build after a failed release',
    { build: running, newest: bad, serving: good },
    'Building SourceMoved building shop-b',
  ],
  [
    'a release is refused',
    { newest: refused, serving: good },
    'Degraded E_RELEASE_REFUSED E_RELEASE_REFUSED!',
  ],
  [
    'what serves was refused, and a newer one is on its way',
    {
      newest: aRelease(3, { code: 'b', phase: 'Deploying' }),
      serving: aRelease(2, { ...served, conditions: [condition('Applied', 'E_RELEASE_REFUSED')] }),
    },
    'Deploying RollingOut v3 is rolling out',
  ],
  [
    'what serves is refused after a release failed',
    {
      newest: bad,
      serving: aRelease(2, { ...served, conditions: [condition('Applied', 'E_RELEASE_REFUSED')] }),
    },
    'Degraded E_RELEASE_REFUSED E_RELEASE_REFUSED!',
  ],
  ['the first release is refused', { newest: refused }, 'Failed E_RELEASE_REFUSED E_RELEASE_REFUSED!'],
  [
    'a release without a verdict',
    { newest: aRelease(3, { code: 'b' }), serving: good },
    'Deploying RollingOut v3 is rolling out',
  ],
  [
    'copies on their way',
    { newest: good, serving: good, copies: web({ wanted: 5, moving: true }) },
    'Deploying Scaling web: 1 ready, 5 wanted',
  ],
  [
    'scaled to nothing',
    { newest: good, serving: good, copies: web({ wanted: 0, ready: 0 }) },
    'Stopped ScaledToZero nothing runs: fairlead scale web=1',
  ],
  [
    'on the way to nothing',
    { newest: good, serving: good, copies: web({ wanted: 0, moving: true }) },
    'Deploying Scaling web: 1 ready, 0 wanted',
  ],
  ['all is well', { newest: good, serving: good, copies: web() }, 'Running Running v2 runs'],
];

describe('decidePhase', () => {
  for (const [says, facts, expected] of rows)
    it(says, () => {
      const { phase, reason, message } = decidePhase({
        app: anApp(),
        build: { kind: 'keep' },
        newest: undefined,
        serving: undefined,
        copies: [],
        ...facts,
      });
      assert.equal(`${phase} ${reason} ${message}`, expected);
    });

  it('names the trouble of copies that do not come up', () => {
    const copies = web({ wanted: 3, trouble: 'shop-web-x ended with exit code 1' });
    const facts = { app: anApp(), build: { kind: 'keep' }, newest: good, serving: good, copies } as const;
    assert.deepEqual(decidePhase(facts), {
      phase: 'Degraded',
      reason: 'E_COPIES_NOT_READY',
      message: [
        '1 of 3 copies of shop are ready',
        '  why    shop-web-x ended with exit code 1',
        '  solve  see what they say with  fairlead logs --app shop',
      ].join('\n'),
    });
  });
});
