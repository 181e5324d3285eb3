import { type KubeObject, type LabelSelector, matchesSelector, type Status } from '@fairlead/kube';
import { failureStatus } from '../http/errors.ts';
import type { Pod } from './rules/pod/pod.ts';

/** How many pods of a kind may be missing at once (policy/v1 PodDisruptionBudget). */
export interface DisruptionBudget extends KubeObject {
  readonly spec?: { readonly selector?: LabelSelector; readonly unhealthyPodEvictionPolicy?: string };
  readonly status?: BudgetStatus;
}

interface BudgetStatus {
  readonly observedGeneration?: number;
  readonly disruptionsAllowed?: number;
  readonly currentHealthy?: number;
  readonly desiredHealthy?: number;
  readonly disruptedPods?: Readonly<Record<string, string>>;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status?: string;
    readonly lastTransitionTime?: string;
  }[];
}

/** May a pod be evicted, and which budget pays for it. */
export type Eviction =
  | { readonly allowed: true; readonly paidBy?: DisruptionBudget }
  | { readonly allowed: false; readonly status: Status };

const ALLOWED: Eviction = { allowed: true };

/** What disturbs nothing goes without asking; every other pod has at most one budget, and that has to have something left. */
export const judgeEviction = (pod: Pod, budgets: readonly DisruptionBudget[]): Eviction => {
  if (disturbsNothing(pod)) return ALLOWED;
  const own = budgets.filter(({ spec }) => matchesSelector(spec?.selector, pod.metadata.labels));
  const [budget] = own;
  if (budget === undefined) return ALLOWED;
  if (own.length > 1) return { allowed: false, status: TOO_MANY_BUDGETS };
  if (!isReady(pod) && mayLoseUnready(budget)) return ALLOWED;
  const status = refusalOf(budget);
  return status === undefined ? { allowed: true, paidBy: budget } : { allowed: false, status };
};

const disturbsNothing = ({ metadata, status = {} }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined || ['Succeeded', 'Failed', 'Pending'].includes(status.phase ?? '');

const isReady = ({ status = {} }: Pod): boolean =>
  (status.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True');

/** A pod that is not ready counts for nothing, so its loss costs nothing where enough others are. */
const mayLoseUnready = ({ spec = {}, status = {} }: DisruptionBudget): boolean => {
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  return (
    spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' ||
    (desiredHealthy > 0 && currentHealthy >= desiredHealthy)
  );
};

const TOO_MANY_BUDGETS = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  code: 500,
} as Status;

/** How many evicted pods a budget remembers whose end its controller has not seen. */
const MOST_PODS = 2000;
const NOT_SEEN_SECONDS = 10;

const refusalOf = ({ metadata, status = {} }: DisruptionBudget): Status | undefined => {
  const { disruptionsAllowed: left = 0, currentHealthy = 0, desiredHealthy = 0, disruptedPods = {} } = status;
  const { name } = metadata;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    return exhausted(
      `The disruption budget ${name} is still being processed by the server.`,
      NOT_SEEN_SECONDS,
    );
  }
  if (left < 0) return forbidden(name, 'pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > MOST_PODS) {
    return forbidden(name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (left > 0) return undefined;
  return exhausted(
    `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
  );
};

const exhausted = (message: string, retryAfterSeconds?: number): Status =>
  failureStatus({
    code: 429,
    reason: 'TooManyRequests',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    details: {
      causes: [{ reason: 'DisruptionBudget', message }],
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  });

const forbidden = (name: string, why: string): Status =>
  failureStatus({
    code: 403,
    reason: 'Forbidden',
    message: `poddisruptionbudget.policy ${JSON.stringify(name)} is forbidden: ${why}`,
    details: { name, group: 'policy', kind: 'poddisruptionbudget' },
  });

/** The budget after this eviction; its controller hears of the pod before the pod is gone. */
export const paidFor = (budget: DisruptionBudget, pod: string, now: string): KubeObject => {
  const { status = {} } = budget;
  const disruptionsAllowed = (status.disruptionsAllowed ?? 0) - 1;
  const next: BudgetStatus = {
    ...status,
    disruptionsAllowed,
    disruptedPods: { ...status.disruptedPods, [pod]: now },
    ...(disruptionsAllowed === 0 && { conditions: withNothingLeft(status, now) }),
  };
  return { ...budget, status: next } as KubeObject;
};

const withNothingLeft = (
  { conditions = [], observedGeneration }: BudgetStatus,
  now: string,
): BudgetStatus['conditions'] => {
  const type = 'DisruptionAllowed';
  const old = conditions.find((condition) => condition.type === type);
  const since = old?.status === 'False' ? old.lastTransitionTime : now;
  const next = {
    type,
    status: 'False',
    observedGeneration,
    lastTransitionTime: since,
    reason: 'InsufficientPods',
    message: '',
  };
  return [...conditions.filter((condition) => condition !== old), next];
};
