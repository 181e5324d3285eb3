import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Deployment, Pod } from '@fairlead/kube';
import { aDeployment, aPod, aRelease } from '../objects.fixture.ts';
import { renderTrouble } from '../pod-state.ts';
import { judgeRollout, type Verdict } from './judge.ts';

const waiting = (reason: string, message = 'because') => ({ waiting: { reason, message } });
const late = aDeployment({ counts: [1, 2, 1, 1], progressing: 'ProgressDeadlineExceeded' });
const half = aDeployment({ counts: [1, 2, 1, 1], progressing: 'ReplicaSetUpdated' });

type Row = readonly [says: string, deployments: readonly Deployment[], pods: readonly Pod[], verdict: string];

const rows: readonly Row[] = [
  ['nothing there yet', [], [], 'deploying'],
  ['half of it', [half], [aPod()], 'deploying'],
  ['all of it', [aDeployment()], [aPod({ ready: true })], 'succeeded'],
  ['all of it, of another release', [aDeployment({ release: 1 })], [], 'deploying'],
  ['not looked at yet', [aDeployment({ observed: false })], [], 'deploying'],
  ['an old copy still there', [aDeployment({ counts: [1, 2, 2, 2] })], [], 'deploying'],
  ['none wanted', [aDeployment({ replicas: 0 })], [], 'succeeded'],
  ['one crash may be bad luck', [half], [aPod({ restarts: 1 })], 'deploying'],
  ['a second crash is none', [half], [aPod({ restarts: 2, exitCode: 3 })], 'crashed 3'],
  [
    'a node that waits with the next start',
    [half],
    [aPod({ state: waiting('CrashLoopBackOff'), exitCode: 1 })],
    'crashed 1',
  ],
  ['a crash of a copy that is ready again', [half], [aPod({ ready: true, restarts: 5 })], 'deploying'],
  ['a crash of a copy on its way out', [half], [aPod({ restarts: 5, deleting: true })], 'deploying'],
  ['a crash of another release', [half], [aPod({ restarts: 5, release: 1 })], 'deploying'],
  ['a name that is none', [half], [aPod({ state: waiting('InvalidImageName') })], 'refused'],
  ['an image that was asked for twice', [half], [aPod({ state: waiting('ImagePullBackOff') })], 'refused'],
  ['an image that was asked for once', [half], [aPod({ state: waiting('ErrImagePull') })], 'deploying'],
  ['a Secret that may come', [half], [aPod({ state: waiting('CreateContainerConfigError') })], 'deploying'],
  ['time is up, and it runs', [late], [aPod()], 'unready'],
  ['time is up, and it waits', [late], [aPod({ state: waiting('CreateContainerConfigError') })], 'waiting'],
  ['time is up, and no node takes it', [late], [aPod({ unscheduled: 'no room' })], 'waiting'],
  ['time is up, and it was never made', [late], [], 'stuck it says ProgressDeadlineExceeded'],
  [
    'time is up, and it was refused',
    [aDeployment({ counts: [0, 1, 1, 1], progressing: 'ProgressDeadlineExceeded', failure: 'quota' })],
    [],
    'stuck quota',
  ],
  [
    'the time of another release',
    [aDeployment({ release: 1, progressing: 'ProgressDeadlineExceeded' })],
    [],
    'deploying',
  ],
  [
    'the time before it was looked at',
    [aDeployment({ observed: false, progressing: 'ProgressDeadlineExceeded' })],
    [],
    'deploying',
  ],
];

const shown = (verdict: Verdict): string => {
  if (verdict.kind !== 'failed') return verdict.kind;
  const { trouble } = verdict;
  if (trouble.kind === 'stuck') return `stuck ${trouble.reason}`;
  return trouble.kind === 'crashed' ? `crashed ${trouble.exitCode}` : trouble.kind;
};

describe('judgeRollout', () => {
  for (const [says, deployments, pods, verdict] of rows)
    it(says, () => {
      assert.equal(shown(judgeRollout({ release: aRelease(2, { code: 'a' }), deployments, pods })), verdict);
    });

  it('asks for all processes', () => {
    const processes = { web: { command: [] }, worker: { command: [] } };
    const release = aRelease(2, { code: 'a', processes });
    const web = aDeployment();
    const worker = aDeployment({ process: 'worker' });
    const judge = (...deployments: Deployment[]) => judgeRollout({ release, deployments, pods: [] }).kind;
    assert.equal(judge(web), 'deploying');
    assert.equal(judge(web, worker), 'succeeded');
    assert.equal(judge(web, worker, aDeployment({ process: 'gone', release: 1 })), 'succeeded');
  });

  it('tells what is wrong in one line', () => {
    const verdict = judgeRollout({
      release: aRelease(2, { code: 'a' }),
      deployments: [late],
      pods: [aPod({ name: 'p', state: waiting('PortConflict', '80 is taken') })],
    });
    assert.ok(verdict.kind === 'failed' && verdict.trouble.kind !== 'stuck');
    assert.equal(renderTrouble(verdict.trouble), 'p does not start: PortConflict: 80 is taken');
  });
});
