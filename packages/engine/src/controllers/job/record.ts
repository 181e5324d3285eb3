import { findCondition, type Job, isTrue } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';

/** Tells of the turns in a Job's life that a pass has just written into its status. */
export function recordTurns(
  job: Job,
  status: NonNullable<Job['status']>,
  { recorder }: ControllerContext,
): void {
  const before = job.status?.conditions;
  const after = status.conditions;
  const turned = (type: string): boolean => isTrue(after, type) && !isTrue(before, type);
  if (turned('Complete') && (status.succeeded ?? 0) > (job.spec.completions ?? Infinity)) {
    const message = 'Too many succeeded pods running after completion count reached';
    void recorder.record(job, { type: 'Warning', reason: 'TooManySucceededPods', message });
  }
  if (turned('Complete'))
    void recorder.record(job, { type: 'Normal', reason: 'Completed', message: 'Job completed' });
  if (turned('Failed')) {
    const { reason = '', message = '' } = findCondition(after, 'Failed') ?? {};
    void recorder.record(job, { type: 'Warning', reason, message });
  }
  if (turned('Suspended'))
    void recorder.record(job, { type: 'Normal', reason: 'Suspended', message: 'Job suspended' });
  if (isTrue(before, 'Suspended') && !isTrue(after, 'Suspended'))
    void recorder.record(job, { type: 'Normal', reason: 'Resumed', message: 'Job resumed' });
}
