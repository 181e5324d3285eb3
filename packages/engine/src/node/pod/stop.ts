import { sleep } from '@fairlead/kube';
import type { NodeContext } from '../context.ts';
import { Deadline } from './deadline.ts';
import { reportPod } from './report.ts';
import { graceOf, titleOf } from './spec.ts';
import { endProcesses, excuse } from './terminate.ts';
import type { PodWork } from './work.ts';

/** The API may be stopping as well. */
const longestReportMs = 1000;

/** Stops the processes of a pod that stays: the next node starts them again. */
export async function stopPod(node: NodeContext, work: PodWork): Promise<void> {
  await excuse(work);
  const deadline = new Deadline(node.clock, node.clock.now() + graceOf(work.pod));
  await endProcesses(node, work, deadline);
  deadline.cancel();
  const told = reportPod(node, work).catch((error: unknown) =>
    node.onError(error, `the status of pod ${titleOf(work.pod)}`),
  );
  await Promise.race([told, sleep(node.clock, longestReportMs)]);
}
