import { isObject, type JsonObject } from '../json.ts';

/** A field of autoscaling/v1, where it lies in autoscaling/v2, and what Go writes when it is not there. */
type Row = readonly [own: string, path: string, zero?: string];

/** What one kind of metric is flattened to. */
type Rows = Readonly<Record<string, readonly Row[]>>;

/** In the order in which Go writes them, which the annotation shows. */
const TARGETS: Rows = {
  object: [
    ['target', 'describedObject'],
    ['metricName', 'metric.name'],
    ['targetValue', 'target.value', '0'],
    ['selector', 'metric.selector'],
    ['averageValue', 'target.averageValue'],
  ],
  pods: [
    ['metricName', 'metric.name'],
    ['targetAverageValue', 'target.averageValue', '0'],
    ['selector', 'metric.selector'],
  ],
  resource: [
    ['name', 'name'],
    ['targetAverageUtilization', 'target.averageUtilization'],
    ['targetAverageValue', 'target.averageValue'],
  ],
  containerResource: [
    ['name', 'name'],
    ['targetAverageUtilization', 'target.averageUtilization'],
    ['targetAverageValue', 'target.averageValue'],
    ['container', 'container'],
  ],
  external: [
    ['metricName', 'metric.name'],
    ['metricSelector', 'metric.selector'],
    ['targetValue', 'target.value'],
    ['targetAverageValue', 'target.averageValue'],
  ],
};

const CURRENT: Rows = {
  object: [
    ['target', 'describedObject'],
    ['metricName', 'metric.name'],
    ['currentValue', 'current.value', '0'],
    ['selector', 'metric.selector'],
    ['averageValue', 'current.averageValue'],
  ],
  pods: [
    ['metricName', 'metric.name'],
    ['currentAverageValue', 'current.averageValue', '0'],
    ['selector', 'metric.selector'],
  ],
  resource: [
    ['name', 'name'],
    ['currentAverageUtilization', 'current.averageUtilization'],
    ['currentAverageValue', 'current.averageValue', '0'],
  ],
  containerResource: [
    ['name', 'name'],
    ['currentAverageUtilization', 'current.averageUtilization'],
    ['currentAverageValue', 'current.averageValue', '0'],
    ['container', 'container'],
  ],
  external: [
    ['metricName', 'metric.name'],
    ['metricSelector', 'metric.selector'],
    ['currentValue', 'current.value', '0'],
    ['currentAverageValue', 'current.averageValue'],
  ],
};

/** The metrics that autoscaling/v1 has in an annotation. */
export const flatMetric = (metric: JsonObject): JsonObject => bySource(TARGETS, metric, flat);
export const flatStatus = (metric: JsonObject): JsonObject => bySource(CURRENT, metric, flat);
export const nestedStatus = (metric: JsonObject): JsonObject => bySource(CURRENT, metric, nested);

/** Also says what kind of target it is, which autoscaling/v1 does not. */
export const nestedMetric = (metric: JsonObject): JsonObject =>
  bySource(TARGETS, metric, (fields, given, source) => typed(source, nested(fields, given)));

type Change = (fields: readonly Row[], given: JsonObject, source: string) => JsonObject;

/** A metric has one source, and is still written when it has more. */
const bySource = (rows: Rows, { type, ...metric }: JsonObject, change: Change): JsonObject => {
  const changed: Record<string, unknown> = { type };
  for (const [source, fields] of Object.entries(rows)) {
    const given = metric[source];
    if (isObject(given)) changed[source] = change(fields, given, source);
  }
  return changed;
};

const flat = (fields: readonly Row[], given: JsonObject): JsonObject =>
  Object.fromEntries(
    fields
      .map(([own, path, zero]) => [own, read(given, path) ?? zero] as const)
      .filter(([, value]) => value !== undefined),
  );

const read = (source: JsonObject, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), source);

const nested = (fields: readonly Row[], given: JsonObject): JsonObject => {
  const source: Record<string, unknown> = {};
  for (const [own, path, zero] of fields) {
    const value = given[own] ?? zero;
    if (value === undefined) continue;
    const [first = '', second] = path.split('.');
    source[first] = second === undefined ? value : { ...(source[first] as object), [second]: value };
  }
  return source;
};

type Target = Readonly<Record<'value' | 'averageValue' | 'averageUtilization', unknown>>;

const TYPES: Readonly<Record<string, (target: Target) => string>> = {
  object: ({ averageValue }) => (averageValue === undefined ? 'Value' : 'AverageValue'),
  pods: () => 'AverageValue',
  resource: ({ averageUtilization }) => (averageUtilization === undefined ? 'AverageValue' : 'Utilization'),
  containerResource: ({ averageUtilization }) =>
    averageUtilization === undefined ? 'AverageValue' : 'Utilization',
  external: ({ value }) => (value === undefined ? 'AverageValue' : 'Value'),
};

const typed = (source: string, metric: JsonObject): JsonObject => {
  const target = (metric.target ?? {}) as Target;
  return { ...metric, target: { type: TYPES[source]?.(target), ...target } };
};
