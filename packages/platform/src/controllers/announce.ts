import type { App } from '@fairlead/api';
import { type Condition, createRecorder, findCondition, type ReconcileContext } from '@fairlead/kube';

/** The conditions of an App that tell its story; the others follow from copies that come and go. */
const told = ['Built', 'Released'] as const;

/**
 * Says as events what a new status says that the one before did not: `kubectl describe` then shows the way an app took.
 * The first line of a message is enough: the rest is in the status.
 */
export const announce = async (
  app: App,
  conditions: readonly Condition[],
  { client, cache }: ReconcileContext,
): Promise<void> => {
  const recorder = createRecorder({ client, clock: cache.clock, component: 'fairlead' });
  for (const type of told) {
    const before = findCondition(app.status?.conditions, type);
    const now = findCondition(conditions, type);
    if (now === undefined || isQuiet(now) || says(now) === says(before)) continue;
    const [message = ''] = (now.message ?? '').split('\n', 1);
    const kind = now.status === 'False' ? 'Warning' : 'Normal';
    await recorder.record(app, { type: kind, reason: now.reason ?? type, message });
  }
};

const says = (condition: Condition | undefined): string => `${condition?.reason}: ${condition?.message}`;

/** What is said of an app that nothing has happened to. */
const isQuiet = ({ reason }: Condition): boolean => reason === 'NoSource' || reason === 'Pending';
