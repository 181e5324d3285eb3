import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Job, type Pod, timestamp } from '@fairlead/kube';
import { aPod } from '../pods/pod.fixture.ts';
import { decidePods } from './decide.ts';
import type { Facts } from './facts.ts';
import { trackingFinalizer } from './names.ts';
import { desiredStatus } from './status.ts';
import { decideTally } from './tally.ts';
import { whyFinished } from './why-finished.ts';

const now = Date.UTC(2026, 0, 1);

const aJob = (spec: Partial<Job['spec']> = {}, status: Job['status'] = {}): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'load', namespace: 'default', uid: 'j' },
  spec: {
    completions: 1,
    parallelism: 1,
    backoffLimit: 6,
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'app' }] } },
    ...spec,
  },
  status,
});

const tracked = { finalizers: [trackingFinalizer] };
const running = (name: string): Pod => aPod({ name, ...tracked });
const succeeded = (name: string, finishedAt = now): Pod =>
  aPod({ name, phase: 'Succeeded', ready: false, finishedAt, ...tracked });
const failed = (name: string, finishedAt = now): Pod =>
  aPod({ name, phase: 'Failed', ready: false, finishedAt, ...tracked });
const deleted = (name: string): Pod => aPod({ name, deleting: true, ...tracked });

/** What one pass makes of it: `create 2`, `remove 1`, `wait 10000`, with a verdict's reason when there is one. */
function judge(job: Job, pods: readonly Pod[], at = now): string {
  const facts: Facts = { job, pods, now: at };
  const tally = decideTally(facts);
  const verdict = whyFinished(facts, tally);
  const plan = decidePods(facts, tally, verdict);
  const size =
    plan.kind === 'create'
      ? plan.places.length
      : plan.kind === 'remove'
        ? plan.pods.length
        : plan.kind === 'wait'
          ? plan.after
          : '';
  return [plan.kind, size, verdict?.reason ?? ''].join(' ').trim().replaceAll('  ', ' ');
}

describe('what a Job does next', () => {
  const onFailure = { spec: { restartPolicy: 'OnFailure' as const, containers: [{ name: 'app' }] } };
  const rows: { title: string; job: Job; pods: Pod[]; does: string; at?: number }[] = [
    { title: 'begins', job: aJob(), pods: [], does: 'create 1' },
    { title: 'runs in parallel', job: aJob({ completions: 5, parallelism: 3 }), pods: [], does: 'create 3' },
    {
      title: 'makes no more than are missing',
      job: aJob({ completions: 5, parallelism: 3 }, { succeeded: 3 }),
      pods: [running('a')],
      does: 'create 1',
    },
    { title: 'waits for its pod', job: aJob(), pods: [running('a')], does: 'none' },
    { title: 'is complete', job: aJob(), pods: [succeeded('a')], does: 'none CompletionsReached' },
    {
      title: 'takes surplus pods away before it is complete',
      job: aJob({ completions: 1, parallelism: 2 }),
      pods: [succeeded('a'), running('b')],
      does: 'remove 1',
    },
    {
      title: 'without a number of completions makes none after the first success',
      job: aJob({ completions: undefined, parallelism: 3 }),
      pods: [succeeded('a'), running('b')],
      does: 'none',
    },
    {
      title: 'without a number of completions is complete when the last pod ended',
      job: aJob({ completions: undefined, parallelism: 3 }),
      pods: [succeeded('a'), failed('b')],
      does: 'none CompletionsReached',
    },
    { title: 'waits after a failure', job: aJob(), pods: [failed('a')], does: 'wait 10000' },
    {
      title: 'waits longer after the second',
      job: aJob(),
      pods: [failed('a', now - 15_000), failed('b')],
      does: 'wait 20000',
    },
    { title: 'tries again after that', job: aJob(), pods: [failed('a')], does: 'create 1', at: now + 10_000 },
    {
      title: 'forgets failures before a success',
      job: aJob({ completions: 2 }),
      pods: [failed('a', now - 2000), succeeded('b')],
      does: 'create 1',
    },
    {
      title: 'fails at its limit',
      job: aJob({ backoffLimit: 0, parallelism: 2, completions: 2 }),
      pods: [failed('a'), running('b')],
      does: 'remove 1 BackoffLimitExceeded',
    },
    {
      title: 'counts restarts in place',
      job: aJob({ backoffLimit: 2, template: onFailure }),
      pods: [aPod({ name: 'a', restarts: 2, ...tracked })],
      does: 'remove 1 BackoffLimitExceeded',
    },
    {
      title: 'fails after its deadline',
      job: aJob({ activeDeadlineSeconds: 60 }, { startTime: timestamp(now - 60_000) }),
      pods: [running('a')],
      does: 'remove 1 DeadlineExceeded',
    },
    { title: 'suspended, stops', job: aJob({ suspend: true }), pods: [running('a')], does: 'remove 1' },
    { title: 'suspended, starts nothing', job: aJob({ suspend: true }), pods: [], does: 'none' },
    {
      title: 'replaces a pod that was deleted',
      job: aJob({ podReplacementPolicy: 'TerminatingOrFailed' }),
      pods: [deleted('a')],
      does: 'create 1',
      at: now + 10_000,
    },
    {
      title: 'replaces it only when it is gone, if told so',
      job: aJob({ podReplacementPolicy: 'Failed' }),
      pods: [deleted('a')],
      does: 'none',
    },
    {
      title: 'keeps to its verdict while its pods end',
      job: aJob(
        { backoffLimit: 0 },
        {
          conditions: [
            { type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached', message: 'm' },
          ],
        },
      ),
      pods: [failed('a')],
      does: 'none CompletionsReached',
    },
  ];
  for (const { title, job, pods, does, at } of rows)
    it(`${title}: ${does}`, () => assert.equal(judge(job, pods, at), does));
});

describe('how a Job counts', () => {
  const status = (job: Job, pods: readonly Pod[]): NonNullable<Job['status']> => {
    const facts = { job, pods, now };
    return desiredStatus(facts, whyFinished(facts, decideTally(facts)));
  };
  const types = (of: Job['status']): string[] => (of?.conditions ?? []).map(({ type }) => type);

  it('first names a pod that ended, and only then lets it go and counts it', () => {
    const first = status(aJob(), [succeeded('a')]);
    assert.deepEqual(first.uncountedTerminatedPods, { succeeded: ['a'] });
    assert.deepEqual([first.succeeded, types(first)], [undefined, ['SuccessCriteriaMet']]);

    const named = aJob({}, first);
    assert.deepEqual(
      decideTally({ job: named, pods: [succeeded('a')], now }).release.map(({ metadata }) => metadata.name),
      ['a'],
    );

    const last = status(named, [aPod({ name: 'a', phase: 'Succeeded', ready: false })]);
    assert.deepEqual([last.succeeded, last.uncountedTerminatedPods], [1, {}]);
    assert.deepEqual(types(last), ['SuccessCriteriaMet', 'Complete']);
    assert.equal(last.completionTime, timestamp(now));
  });

  it('counts a pod that vanished after it was named', () => {
    const named = aJob({}, { uncountedTerminatedPods: { failed: ['a'] } });
    assert.equal(status(named, []).failed, 1);
  });

  it('does not count a pod twice', () => {
    const counted = aJob({ completions: 3 }, { succeeded: 1 });
    assert.equal(status(counted, [aPod({ name: 'a', phase: 'Succeeded' })]).succeeded, 1);
  });

  it('says its last word only when nothing runs any more', () => {
    const job = aJob({ backoffLimit: 0, parallelism: 2, completions: 2 });
    assert.deepEqual(types(status(job, [failed('a'), running('b')])), ['FailureTarget']);
  });

  it('starts its clock anew when it is resumed', () => {
    const suspended: NonNullable<Job['status']>['conditions'] = [
      { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' },
    ];
    const resumed = status(aJob({}, { startTime: timestamp(0), conditions: suspended }), []);
    assert.equal(resumed.startTime, timestamp(now));
    assert.equal(resumed.conditions?.[0]?.reason, 'JobResumed');
  });
});
