import type { KubeObject } from '@fairlead/kube';
import { age, duration } from './age.ts';
import type { Cells } from './cells.ts';
import { selectorText } from './selector-text.ts';

interface Template {
  readonly spec?: { readonly containers?: readonly { readonly name: string; readonly image?: string }[] };
}

/** As much as the cells read; what is missing counts as zero. */
interface Workload extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly completions?: number;
    readonly parallelism?: number;
    readonly selector?: object;
    readonly template?: Template;
    readonly schedule?: string;
    readonly timeZone?: string;
    readonly suspend?: boolean;
    readonly jobTemplate?: { readonly spec?: { readonly template?: Template; readonly selector?: object } };
  };
  readonly status?: Readonly<Record<string, unknown>> & {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly lastScheduleTime?: string;
    readonly active?: readonly unknown[] | number;
  };
}

const count = ({ status }: Workload, field: string): number => Number(status?.[field] ?? 0);

const containersOf = (template: Template | undefined) => template?.spec?.containers ?? [];

const wide: Cells = {
  Containers: ({ spec }: Workload) =>
    containersOf(spec?.template)
      .map(({ name }) => name)
      .join(','),
  Images: ({ spec }: Workload) =>
    containersOf(spec?.template)
      .map(({ image }) => image ?? '')
      .join(','),
  Selector: ({ spec }: Workload) => selectorText(spec?.selector),
};

export const deploymentCells: Cells = {
  ...wide,
  Ready: (one: Workload) => `${count(one, 'readyReplicas')}/${one.spec?.replicas ?? 1}`,
  'Up-to-date': (one: Workload) => count(one, 'updatedReplicas'),
  Available: (one: Workload) => count(one, 'availableReplicas'),
};

export const replicaSetCells: Cells = {
  ...wide,
  Desired: ({ spec }: Workload) => spec?.replicas ?? 1,
  Current: (one: Workload) => count(one, 'replicas'),
  Ready: (one: Workload) => count(one, 'readyReplicas'),
};

export const statefulSetCells: Cells = {
  ...wide,
  Ready: (one: Workload) => `${count(one, 'readyReplicas')}/${one.spec?.replicas ?? 1}`,
};

export const daemonSetCells: Cells = {
  ...wide,
  Desired: (one: Workload) => count(one, 'desiredNumberScheduled'),
  Current: (one: Workload) => count(one, 'currentNumberScheduled'),
  Ready: (one: Workload) => count(one, 'numberReady'),
  'Up-to-date': (one: Workload) => count(one, 'updatedNumberScheduled'),
  Available: (one: Workload) => count(one, 'numberAvailable'),
  'Node Selector': ({ spec }: Workload) => {
    const { nodeSelector } = (spec?.template?.spec ?? {}) as { nodeSelector?: Record<string, string> };
    return selectorText(nodeSelector);
  },
};

const JOB_STATES = [
  ['Complete', 'Complete'],
  ['Failed', 'Failed'],
  ['', 'Terminating'],
  ['Suspended', 'Suspended'],
  ['FailureTarget', 'FailureTarget'],
  ['SuccessCriteriaMet', 'SuccessCriteriaMet'],
] as const;

const jobState = ({ metadata, status }: Workload): string => {
  const is = (wanted: string): boolean =>
    status?.conditions?.some((one) => one.type === wanted && one.status === 'True') ?? false;
  const going = metadata.deletionTimestamp !== undefined;
  return JOB_STATES.find(([condition]) => (condition === '' ? going : is(condition)))?.[1] ?? 'Running';
};

const completions = (job: Workload): string => {
  const { completions: wanted, parallelism = 0 } = job.spec ?? {};
  const done = count(job, 'succeeded');
  if (wanted !== undefined) return `${done}/${wanted}`;
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
};

const jobDuration = ({ status }: Workload, now: number): string => {
  if (status?.startTime === undefined) return '';
  const end = status.completionTime === undefined ? now : Date.parse(status.completionTime);
  return duration(end - Date.parse(status.startTime));
};

export const jobCells: Cells = {
  ...wide,
  Status: jobState,
  Completions: completions,
  Duration: jobDuration,
};

export const cronJobCells: Cells = {
  Schedule: ({ spec }: Workload) => spec?.schedule ?? '',
  Timezone: ({ spec }: Workload) => spec?.timeZone ?? '<none>',
  Suspend: ({ spec }: Workload) => (spec?.suspend === true ? 'True' : 'False'),
  Active: ({ status }: Workload) => (Array.isArray(status?.active) ? status.active.length : 0),
  'Last Schedule': ({ status }: Workload, now) =>
    status?.lastScheduleTime === undefined ? '<none>' : age(status.lastScheduleTime, now),
  Containers: ({ spec }: Workload) =>
    containersOf(spec?.jobTemplate?.spec?.template)
      .map(({ name }) => name)
      .join(','),
  Images: ({ spec }: Workload) =>
    containersOf(spec?.jobTemplate?.spec?.template)
      .map(({ image }) => image ?? '')
      .join(','),
  Selector: ({ spec }: Workload) => selectorText(spec?.jobTemplate?.spec?.selector),
};
