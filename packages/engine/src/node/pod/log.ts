import type { LogPlace } from '../log/server.ts';
import { logFile } from './folders.ts';
import { containersOf, type PodWork } from './work.ts';

/** Where a container's log is, or a kubelet's words for why there is none. */
export function findLogOf(
  work: PodWork,
  wanted: { readonly container: string; readonly previous: boolean },
): LogPlace {
  const who = `container "${wanted.container}" in pod "${work.pod.metadata.name}"`;
  const container = containersOf(work).find(({ spec }) => spec.name === wanted.container);
  if (container === undefined) return { status: 400, message: `${who} is not in the pod's specification` };
  const { attempt, previous, blocked } = container;
  if (wanted.previous) {
    if (previous === undefined) return { status: 400, message: `previous terminated ${who} not found` };
    return { path: logFile(previous.folder), live: undefined };
  }
  if (attempt?.log !== undefined) {
    return { path: logFile(attempt.folder), live: attempt.end === undefined ? attempt.log : undefined };
  }
  const reason = attempt?.end?.reason ?? work.refusal?.reason ?? blocked?.reason ?? 'ContainerCreating';
  return { status: 400, message: `${who} is waiting to start: ${reason}` };
}
