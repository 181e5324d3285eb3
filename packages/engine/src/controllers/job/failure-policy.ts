import type { ContainerStatus, Job, Pod, PodFailurePolicyRule } from '@fairlead/kube';

/** What the policy of a Job says of one failed pod. */
export interface Failure {
  readonly action?: PodFailurePolicyRule['action'];
  /** Whether it counts against the limits. */
  readonly counts: boolean;
  /** Why the whole Job fails, when it does. */
  readonly message?: string;
}

/** The first rule that fits decides; a failure that none fits counts. */
export function judgeFailure({ spec }: Job, pod: Pod): Failure {
  for (const [index, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const what = matching(rule, pod);
    if (what === undefined) continue;
    const { action } = rule;
    const message = `${what} matching ${action} rule at index ${index}`;
    return { action, counts: action !== 'Ignore', ...(action === 'FailJob' ? { message } : {}) };
  }
  return { counts: true };
}

/** What of the pod a rule fits, in words. */
function matching({ onExitCodes, onPodConditions = [] }: PodFailurePolicyRule, pod: Pod): string | undefined {
  const { metadata, status } = pod;
  const name = `${metadata.namespace}/${metadata.name}`;
  if (onExitCodes !== undefined) {
    const ended = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
    const container = ended.find((one) => exitMatches(one, onExitCodes));
    if (container === undefined) return undefined;
    return `Container ${container.name} for pod ${name} failed with exit code ${container.state?.terminated?.exitCode}`;
  }
  const condition = (status?.conditions ?? []).find((one) =>
    onPodConditions.some((pattern) => pattern.type === one.type && pattern.status === one.status),
  );
  return condition === undefined ? undefined : `Pod ${name} has condition ${condition.type}`;
}

function exitMatches(
  { name, state }: ContainerStatus,
  { containerName, operator, values }: NonNullable<PodFailurePolicyRule['onExitCodes']>,
): boolean {
  const code = state?.terminated?.exitCode ?? 0;
  if (code === 0 || (containerName !== undefined && containerName !== name)) return false;
  return values.includes(code) === (operator === 'In');
}
