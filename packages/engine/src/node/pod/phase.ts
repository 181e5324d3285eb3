import type { PodPhase } from '@fairlead/kube';
import { restarts } from './decide.ts';
import { restartPolicyOf } from './spec.ts';
import { type ContainerWork, containersOf, isRunning, type PodWork } from './work.ts';

/** As a kubelet judges it (Kubernetes, "Pod lifecycle", pod phase). */
export function phaseOf(work: PodWork, now: number): PodPhase {
  const phase = judgePhase(work, now);
  const isFinal = phase === 'Failed' || phase === 'Succeeded';
  if (!isFinal || !containersOf(work).some(isRunning)) return phase;
  // Nothing is called finished while something of it runs.
  return work.main.every(({ attempt }) => attempt !== undefined) ? 'Running' : 'Pending';
}

export const isTooOld = ({ pod, startedAt }: PodWork, now: number): boolean =>
  pod.spec.activeDeadlineSeconds !== undefined && now >= startedAt + 1000 * pod.spec.activeDeadlineSeconds;

function judgePhase(work: PodWork, now: number): PodPhase {
  const policy = restartPolicyOf(work.pod);
  const failedInit = ({ attempt, role }: ContainerWork) => {
    const code = attempt?.end?.code ?? 0;
    return code !== 0 && !restarts(code, policy, role);
  };
  if (isTooOld(work, now) || work.init.some(failedInit)) return 'Failed';
  if (work.main.some(({ attempt }) => attempt === undefined)) {
    return work.leaving?.ended ? 'Failed' : 'Pending';
  }
  const running = [...work.main, ...work.init.filter(({ role }) => role === 'sidecar')].some(isRunning);
  if (running) return 'Running';
  const codes = work.main.map(({ attempt }) => attempt?.end?.code ?? 0);
  if (work.leaving === undefined && codes.some((code) => restarts(code, policy, 'main'))) return 'Running';
  return codes.every((code) => code === 0) ? 'Succeeded' : 'Failed';
}
