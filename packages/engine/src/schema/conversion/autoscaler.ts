import { builtinType } from '../builtin-types.ts';
import { decodeTyped } from '../decode.ts';
import type { JsonObject } from '../json.ts';
import type { ArraySchema, Schema } from '../structural.ts';
import { fromGoNames, inGoOrder, objectsIn, orderedJson, parsedJson, underGoNames } from './go-json.ts';
import { flatMetric, flatStatus, nestedMetric, nestedStatus } from './metrics.ts';

interface Autoscaler extends JsonObject {
  readonly metadata?: Metadata;
  readonly spec?: JsonObject & { readonly metrics?: readonly Metric[] };
  readonly status?: JsonObject & {
    readonly currentMetrics?: readonly Metric[] | null;
    readonly conditions?: readonly JsonObject[];
  };
}

interface Metadata extends JsonObject {
  readonly annotations?: Annotations;
}

type Annotations = Readonly<Record<string, string>>;

interface Metric extends JsonObject {
  readonly type?: string;
  readonly resource?: {
    readonly name?: string;
    readonly target?: { readonly averageUtilization?: number };
    readonly current?: { readonly averageUtilization?: number };
  };
}

/**
 * autoscaling/v1 knows the utilization of CPUs and nothing else. All that autoscaling/v2 has besides is in
 * annotations there, so that who reads and writes back loses nothing.
 */
const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const CURRENT = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const BEHAVIOR = `${PREFIX}behavior`;
const KEPT = [
  METRICS,
  CURRENT,
  CONDITIONS,
  BEHAVIOR,
  `${PREFIX}scale-down-tolerance`,
  `${PREFIX}scale-up-tolerance`,
];

const v2 = (type: string): Schema => builtinType(`autoscaling.v2.${type}`);
const listOf = (type: string): ArraySchema => ({ type: 'array', items: v2(type), listType: 'atomic' });

/** autoscaling/v2 as autoscaling/v1. */
export const autoscalerFromStored = ({ metadata, spec, status, ...rest }: Autoscaler): JsonObject => {
  const { metrics = [], behavior, ...bounds } = spec ?? {};
  const { currentMetrics, conditions, ...counts } = status ?? {};
  const current = currentMetrics ?? [];
  const target = metrics.find(isCpuTarget)?.resource?.target?.averageUtilization;
  const used = current.findLast(isCpuUse)?.resource?.current?.averageUtilization;
  const lists = [
    [METRICS, listOf('MetricSpec'), metrics.filter((metric) => !isCpuTarget(metric)), flatMetric],
    [CURRENT, listOf('MetricStatus'), current, flatStatus],
    [CONDITIONS, listOf('HorizontalPodAutoscalerCondition'), conditions ?? [], (one: JsonObject) => one],
  ] as const;
  const added = lists
    .filter(([, , list]) => list.length > 0)
    .map(([name, schema, list, flat]) => [name, orderedJson((inGoOrder(schema, list) as []).map(flat))]);
  const rules = underGoNames(v2('HorizontalPodAutoscalerBehavior'), behavior);
  if (behavior !== undefined) added.push([BEHAVIOR, orderedJson(rules)]);
  return {
    ...rest,
    metadata: withAnnotations(metadata, Object.fromEntries(added) as Annotations),
    spec: { ...bounds, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) },
    status: { ...counts, ...(used !== undefined && { currentCPUUtilizationPercentage: used }) },
  };
};

const isCpuTarget = ({ type, resource }: Metric): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target?.averageUtilization !== undefined;

const isCpuUse = ({ type, resource }: Metric): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.current?.averageUtilization !== undefined;

/** Those that hold what the version lacks are ours alone. */
const withAnnotations = (metadata: Metadata = {}, added: Annotations): Metadata => {
  const { annotations: old = {}, ...rest } = metadata;
  const others = Object.entries(old).filter(([name]) => !KEPT.includes(name));
  const annotations = { ...Object.fromEntries(others), ...added };
  return Object.keys(annotations).length === 0 ? rest : { ...rest, annotations };
};

/** What an autoscaler is after that does not say: set here, as only here all its metrics are known. */
const USUAL_CPU = 80;

/** autoscaling/v1 as autoscaling/v2. An annotation that cannot be read counts as none. */
export const autoscalerToStored = ({ metadata, spec, status, ...rest }: Autoscaler): JsonObject => {
  const { targetCPUUtilizationPercentage: target, ...bounds } = spec ?? {};
  const { currentCPUUtilizationPercentage: used, ...counts } = status ?? {};
  const notes = metadata?.annotations ?? {};
  const cpu =
    target === undefined ? [] : [cpuMetric('target', { type: 'Utilization', averageUtilization: target })];
  const others = readList(notes[METRICS], listOf('MetricSpec'), nestedMetric) ?? [];
  const metrics = [...others, ...cpu];
  const usual = cpuMetric('target', { type: 'Utilization', averageUtilization: USUAL_CPU });
  const use = used === undefined ? undefined : [cpuMetric('current', { averageUtilization: used })];
  const current = readList(notes[CURRENT], listOf('MetricStatus'), nestedStatus) ?? use;
  const conditions = readList(notes[CONDITIONS], listOf('HorizontalPodAutoscalerCondition'), (one) => one);
  const behavior = readBehavior(notes[BEHAVIOR]);
  return {
    ...rest,
    metadata: withAnnotations(metadata, {}),
    spec: { ...bounds, metrics: metrics.length === 0 ? [usual] : metrics, ...(behavior && { behavior }) },
    status: { ...counts, currentMetrics: current ?? null, ...(conditions && { conditions }) },
  };
};

const cpuMetric = (field: 'target' | 'current', value: JsonObject): JsonObject => ({
  type: 'Resource',
  resource: { name: 'cpu', [field]: value },
});

const readList = (
  text: string | undefined,
  schema: ArraySchema,
  nest: (flat: JsonObject) => JsonObject,
): readonly unknown[] | undefined => {
  const items = text === undefined ? undefined : objectsIn(parsedJson(text));
  if (items === undefined) return undefined;
  const { value, error } = decodeTyped(schema, items.map(nest));
  return error === undefined ? (value as readonly unknown[]) : undefined;
};

const readBehavior = (text: string | undefined): JsonObject | undefined => {
  const schema = v2('HorizontalPodAutoscalerBehavior');
  const { value, error } = decodeTyped(schema, fromGoNames(schema, parsedJson(text ?? 'null') ?? {}));
  const behavior = value as JsonObject | undefined;
  if (error !== undefined || Object.keys(behavior ?? {}).length === 0) return undefined;
  return behavior;
};
