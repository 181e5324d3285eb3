import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ContainerFacts, decidePod, nextPause, type PodFacts } from './decide.ts';

const container = (name: string, facts: Partial<ContainerFacts> = {}): ContainerFacts => ({
  name,
  role: 'main',
  state: 'never',
  started: false,
  holds: false,
  pauseMs: undefined,
  blockedUntil: undefined,
  unhealthy: undefined,
  stopping: false,
  ...facts,
});
const ended = (code: number, facts: Partial<ContainerFacts> = {}) => ({
  state: 'ended' as const,
  exit: { code, endedAt: 1000, ranMs: 500, excused: false },
  ...facts,
});
const running = { state: 'running' as const, started: true };
const init = (name: string, facts: Partial<ContainerFacts> = {}) =>
  container(name, { ...facts, role: 'init' });
const sidecar = (name: string, facts: Partial<ContainerFacts> = {}) =>
  container(name, { ...facts, role: 'sidecar' });

const pod = (facts: Partial<PodFacts>): PodFacts => ({
  now: 2000,
  leaves: false,
  refused: false,
  finishedBefore: false,
  finishing: false,
  deadline: undefined,
  restartPolicy: 'Always',
  init: [],
  main: [container('web')],
  ephemeral: [],
  ...facts,
});

/** `start web, stop web; wake 5000` */
const inWords = (facts: Partial<PodFacts>): string => {
  const { steps, wakeAt } = decidePod(pod(facts));
  const words = steps.map((step) => ('container' in step ? `${step.do} ${step.container}` : step.do));
  return [words.join(', '), wakeAt && `wake ${wakeAt}`].filter(Boolean).join('; ');
};

const cases: readonly (readonly [string, Partial<PodFacts>, string])[] = [
  ['a new pod starts', {}, 'start web'],
  ['all containers start beside each other', { main: [container('a'), container('b')] }, 'start a, start b'],
  ['what starts is left to start', { main: [container('web', { state: 'starting' })] }, ''],
  ['what runs runs', { main: [container('web', running)] }, ''],
  [
    'what is unhealthy is stopped',
    { main: [container('web', { ...running, unhealthy: 'why' })] },
    'stop web',
  ],
  ['but once', { main: [container('web', { ...running, unhealthy: 'why', stopping: true })] }, ''],
  ['the first init container starts alone', { init: [init('i'), init('j')] }, 'start i'],
  ['the second follows its success', { init: [init('i', ended(0)), init('j')] }, 'start j'],
  ['the others follow the last', { init: [init('i', ended(0))] }, 'start web'],
  ['a failed init container is tried again', { init: [init('i', ended(1))] }, 'start i'],
  ['but not if nothing is restarted', { init: [init('i', ended(1))], restartPolicy: 'Never' }, ''],
  [
    'init containers are over when others have begun',
    { init: [init('i', ended(1))], main: [container('web', running)] },
    '',
  ],
  ['the first end is followed by a start', { main: [container('web', ended(0))] }, 'start web'],
  ['the second one waits', { main: [container('web', ended(1, { pauseMs: 0 }))] }, 'wake 11000'],
  ['the third one longer', { main: [container('web', ended(1, { pauseMs: 10_000 }))] }, 'wake 21000'],
  [
    'a success is not restarted on failure',
    { main: [container('web', ended(0))], restartPolicy: 'OnFailure' },
    '',
  ],
  ['a failure is', { main: [container('web', ended(1))], restartPolicy: 'OnFailure' }, 'start web'],
  ['never means never', { main: [container('web', ended(1))], restartPolicy: 'Never' }, ''],
  ['who cannot start is tried later', { main: [container('web', { blockedUntil: 3000 })] }, 'wake 3000'],
  ['and then again', { main: [container('web', { blockedUntil: 2000 })] }, 'start web'],
  ['a refused pod never starts', { refused: true }, ''],
  ['a finished one neither', { finishedBefore: true }, ''],
  ['a pod that goes away leaves', { leaves: true, refused: true }, 'leave'],
  ['a deadline is kept in mind', { deadline: 9000, main: [container('web', running)] }, 'wake 9000'],
  ['and kept', { deadline: 2000, main: [container('web', running), container('b')] }, 'finish'],
  ['but once', { deadline: 2000, finishing: true, main: [container('web', running)] }, ''],
  [
    'a sidecar that has started lets on what follows it',
    { init: [sidecar('s', running), init('i')] },
    'start i',
  ],
  ['one that starts up does not', { init: [sidecar('s', { ...running, started: false }), init('i')] }, ''],
  ['nor one whose hook runs', { init: [sidecar('s', { ...running, holds: true }), init('i')] }, ''],
  [
    'one that ends is started again, beside what it has let on',
    { init: [sidecar('s', ended(0)), init('i', running)] },
    'start s',
  ],
  [
    'also when nothing else is restarted',
    { init: [sidecar('s', ended(1))], main: [container('web', running)], restartPolicy: 'Never' },
    'start s',
  ],
  [
    'sidecars alone do not keep a pod',
    { init: [sidecar('s', running)], main: [container('web', ended(0))], restartPolicy: 'Never' },
    'finish',
  ],
  [
    'nor when an init container has failed for good',
    { init: [sidecar('s', running), init('i', ended(1))], restartPolicy: 'Never' },
    'finish',
  ],
  ['what follows waits for a hook', { main: [container('a', { holds: true }), container('b')] }, 'start a'],
  ['and for no longer', { main: [container('a', running), container('b')] }, 'start b'],
  [
    'an ephemeral container starts beside init containers',
    { init: [init('i', running)], ephemeral: [container('e', { role: 'ephemeral' })] },
    'start e',
  ],
  [
    'and is never restarted',
    { main: [container('web', running)], ephemeral: [container('e', { role: 'ephemeral', ...ended(1) })] },
    '',
  ],
];

describe('the judgement over a pod', () => {
  for (const [title, facts, expected] of cases) {
    test(title, () => assert.equal(inWords(facts), expected));
  }

  test('pauses between restarts double to five minutes, and long health is remembered', () => {
    const pauses: (number | undefined)[] = [undefined];
    while (pauses.length < 9) pauses.push(nextPause(pauses.at(-1), 1000));
    assert.deepEqual(
      pauses.slice(1).map((ms) => (ms ?? 0) / 1000),
      [0, 10, 20, 40, 80, 160, 300, 300],
    );
    assert.equal(nextPause(300_000, 600_000), 0);
  });
});
