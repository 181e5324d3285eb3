import { isConflict, isNotFound, pods, type PodStatus } from '@fairlead/kube';
import type { NodeContext } from '../context.ts';
import { describePod } from './status.ts';
import { titleOf } from './spec.ts';
import type { PodWork } from './work.ts';

const firstPauseMs = 100;
/** When the API is back, it is told soon. */
const longestPauseMs = 1000;

/**
 * Sends the pod's status when the API's differs, without waiting: what changes meanwhile is sent next.
 * After a failure it says when to come again.
 */
export function reportSoon(node: NodeContext, work: PodWork): number | undefined {
  const { report } = work;
  if (report.sending !== undefined || work.gone) return undefined;
  if (bodyToSend(node, work) === undefined) return undefined;
  if (report.retryAt > node.clock.now()) return report.retryAt;
  void reportPod(node, work)
    .then(() => succeeded(work))
    .catch((error: unknown) => failed(node, work, error))
    .finally(() => work.poke());
  return undefined;
}

function succeeded({ report }: PodWork): void {
  report.failures = 0;
}

function failed(node: NodeContext, work: PodWork, error: unknown): void {
  const { report } = work;
  report.failures += 1;
  report.retryAt = node.clock.now() + Math.min(longestPauseMs, firstPauseMs * 2 ** (report.failures - 1));
  node.onError(error, `the status of pod ${titleOf(work.pod)}`);
}

/** Resolves when the API has the status as it is now. One write at a time: an old one never overtakes. */
export async function reportPod(node: NodeContext, work: PodWork): Promise<void> {
  while (work.report.sending !== undefined) await work.report.sending.catch(() => {});
  const body = bodyToSend(node, work);
  if (body === undefined) return;
  work.report.sending = send(node, work, body).finally(() => {
    work.report.sending = undefined;
  });
  await work.report.sending;
}

async function send({ client }: NodeContext, work: PodWork, body: string): Promise<void> {
  const patch = { type: 'merge', body: { metadata: { uid: work.uid }, status: JSON.parse(body) } } as const;
  try {
    const { metadata } = await client.resource(pods).status.patch(work.pod.metadata, patch);
    work.report.sent = { body, version: metadata.resourceVersion };
  } catch (error) {
    // The pod is gone, or another one has its name: the informer will say so.
    if (!isNotFound(error) && !isConflict(error)) throw error;
    work.report.sent = { body, version: work.pod.metadata.resourceVersion };
  }
}

/** `undefined` when the API has it, or has made of the very same status what is there now. */
function bodyToSend(node: NodeContext, work: PodWork): string | undefined {
  const wanted = describePod(work, node.clock.now());
  const { status = {}, metadata } = work.pod;
  if (sameStatus(status, wanted)) return undefined;
  // With null for what is not, so that a merge removes it.
  const body = JSON.stringify({ reason: null, message: null, ...wanted });
  const { sent } = work.report;
  return sent?.body === body && sent.version === metadata.resourceVersion ? undefined : body;
}

const owned = [
  'phase',
  'reason',
  'message',
  'hostIP',
  'hostIPs',
  'podIP',
  'podIPs',
  'startTime',
  'conditions',
  'observedGeneration',
  'initContainerStatuses',
  'containerStatuses',
  'ephemeralContainerStatuses',
] as const satisfies readonly (keyof PodStatus)[];

/** Servers drop empty members and add them, as Go does: they mean the same. */
const sameStatus = (a: PodStatus, b: PodStatus): boolean =>
  owned.every((field) => canonical(a[field]) === canonical(b[field]));

const canonical = (value: unknown): string => JSON.stringify(sortMembers(value)) ?? '';

function sortMembers(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(sortMembers);
  if (typeof value !== 'object') return value;
  const members = Object.entries(value)
    .map(([name, member]) => [name, sortMembers(member)] as const)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
