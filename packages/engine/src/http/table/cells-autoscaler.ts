import type { KubeObject } from '@fairlead/kube';
import type { Cells } from './cells.ts';

interface Amounts {
  readonly value?: string;
  readonly averageValue?: string;
  readonly averageUtilization?: number;
}

interface Source {
  readonly name?: string;
  readonly target?: Amounts;
  readonly current?: Amounts;
}

type Metric = { readonly type?: string } & Readonly<Partial<Record<Sort, Source>>>;

interface Autoscaler extends KubeObject {
  readonly spec?: {
    readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
    readonly metrics?: readonly Metric[];
  };
  readonly status?: { readonly currentReplicas?: number; readonly currentMetrics?: readonly Metric[] | null };
}

type Sort = keyof typeof SORTS;

const UNKNOWN = '<unknown>';
/** What Go prints of an amount that is not there. */
const NO_AMOUNT = '<nil>';

const share = (percent: number | undefined, otherwise: string): string =>
  percent === undefined ? otherwise : `${percent}%`;

type Shown = (target: Amounts, current: Amounts | undefined) => string;

const ofEach: Shown = ({ averageValue }, current) =>
  `${current === undefined ? UNKNOWN : (current.averageValue ?? NO_AMOUNT)}/${averageValue ?? NO_AMOUNT}`;

const ofAll: Shown = ({ value, averageValue }, current) => {
  if (averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${averageValue} (avg)`;
  return `${current === undefined ? UNKNOWN : (current.value ?? NO_AMOUNT)}/${value ?? NO_AMOUNT}`;
};

const ofShare: Shown = (target, current) =>
  target.averageValue === undefined
    ? `${share(current?.averageUtilization, UNKNOWN)}/${share(target.averageUtilization, '<auto>')}`
    : ofEach(target, current);

/** How the sorts of metrics are shown, and which say what they are about. */
const SORTS = {
  external: { shown: ofAll },
  pods: { shown: ofEach },
  object: { shown: ofAll },
  resource: { shown: ofShare, named: true },
  containerResource: { shown: ofShare, named: true },
} as const;

/** The current amount stands in the status at the same place. */
const metricText = (metric: Metric, current: Metric | undefined): string => {
  const sort = (Object.keys(SORTS) as Sort[]).find((one) => one.toLowerCase() === metric.type?.toLowerCase());
  if (sort === undefined) return '<unknown type>';
  const { name = '', target = {} } = metric[sort] ?? {};
  const text = SORTS[sort].shown(target, current?.[sort] && (current[sort]?.current ?? {}));
  return 'named' in SORTS[sort] ? `${name}: ${text}` : text;
};

const MOST_SHOWN = 2;

const metricsText = ({ spec, status }: Autoscaler): string => {
  const { metrics = [] } = spec ?? {};
  if (metrics.length === 0) return '<none>';
  const texts = metrics.map((metric, index) => metricText(metric, status?.currentMetrics?.[index]));
  const shown = texts.slice(0, MOST_SHOWN).join(', ');
  return texts.length > MOST_SHOWN ? `${shown} + ${texts.length - MOST_SHOWN} more...` : shown;
};

export const scalerCells: Cells = {
  Reference: ({ spec }: Autoscaler) =>
    `${spec?.scaleTargetRef?.kind ?? ''}/${spec?.scaleTargetRef?.name ?? ''}`,
  Targets: metricsText,
  MinPods: ({ spec }: Autoscaler) => (spec?.minReplicas === undefined ? '<unset>' : String(spec.minReplicas)),
  MaxPods: ({ spec }: Autoscaler) => spec?.maxReplicas ?? 0,
  Replicas: ({ status }: Autoscaler) => status?.currentReplicas ?? 0,
};
