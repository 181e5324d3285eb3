import type {
  MetricIdentifier,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  Pod,
  Scale,
  CrossVersionObjectReference,
} from '@fairlead/kube';
import { messageOf } from '../pods/write.ts';
import { selectorText } from '../selector-text.ts';
import { milli, renderMilli } from './amounts.ts';
import type { Metrics } from './metrics.ts';
import {
  type Answer,
  averageUsage,
  decideByPods,
  decideByRatio,
  decideByShare,
  type Usage,
  utilization,
} from './replicas.ts';
import { requestsOf } from './requests.ts';

/** What a measure is taken of. */
export interface Subject {
  readonly namespace: string;
  readonly scale: Scale;
  /** The pods that the scale selects. */
  readonly pods: readonly Pod[];
  readonly now: number;
}

/** How many pods one measure asks for. */
export interface Proposal {
  readonly replicas: number;
  /** What decided, in words. */
  readonly metric: string;
  readonly status: MetricStatus;
}

/** One measure could not be taken, and what the autoscaler says of that. */
export class MeasureError extends Error {
  override readonly name = 'MeasureError';
  /** The reason of its condition and its event. */
  readonly reason: string;
  /** The same with what was being done. */
  readonly whole: string;

  constructor(cause: unknown, { reason, doing }: { readonly reason: string; readonly doing: string }) {
    super(messageOf(cause), { cause });
    this.reason = reason;
    this.whole = `${doing}: ${this.message}`;
  }
}

export async function measure(spec: MetricSpec, subject: Subject, metrics: Metrics): Promise<Proposal> {
  try {
    return await take(spec, subject, metrics);
  } catch (error) {
    throw new MeasureError(error, { reason: `FailedGet${spec.type}Metric`, doing: doingOf(spec) });
  }
}

/** The words before an error, from the outside in. */
function doingOf({ type, resource, containerResource, object, external }: MetricSpec): string {
  const taking = (what: string): string => `failed to get ${what} metric value`;
  if (resource !== undefined) return taking(`${resource.name} resource`);
  if (containerResource !== undefined) return taking(`${containerResource.container} container`);
  if (external !== undefined) {
    const { name } = external.metric;
    const inner =
      external.target.averageValue === undefined ? `external metric ${name}` : `${name} external metric`;
    return `${taking(`${name} external`)}: failed to get ${inner}`;
  }
  const isShared = object?.target.averageValue !== undefined;
  return `${taking(type.toLowerCase())}${isShared ? `: failed to get ${object?.metric.name} object metric` : ''}`;
}

async function take(spec: MetricSpec, subject: Subject, metrics: Metrics): Promise<Proposal> {
  const { resource, containerResource, pods, object, external } = spec;
  if (resource !== undefined) {
    const found = await takeResource({ ...resource }, subject, metrics);
    return proposal(found, { type: 'Resource', resource: { name: resource.name, current: found.current } });
  }
  if (containerResource !== undefined) {
    const found = await takeResource({ ...containerResource }, subject, metrics);
    const { name, container } = containerResource;
    return proposal(found, {
      type: 'ContainerResource',
      containerResource: { name, container, current: found.current },
    });
  }
  if (pods !== undefined) {
    const found = await takePods(pods, subject, metrics);
    return proposal(found, { type: 'Pods', pods: { metric: pods.metric, current: found.current } });
  }
  if (object !== undefined) {
    const found = await takeObject(object, subject, metrics);
    const { metric, describedObject } = object;
    return proposal(found, { type: 'Object', object: { metric, current: found.current, describedObject } });
  }
  if (external === undefined) throw new Error(`unknown metric source type ${JSON.stringify(spec.type)}`);
  const found = await takeExternal(external, subject, metrics);
  return proposal(found, { type: 'External', external: { metric: external.metric, current: found.current } });
}

interface Found {
  readonly replicas: number;
  readonly metric: string;
  readonly current: object;
}

const proposal = ({ replicas, metric }: Found, status: MetricStatus): Proposal => ({
  replicas,
  metric,
  status,
});

interface ResourceSource {
  readonly name: string;
  readonly container?: string;
  readonly target: MetricTarget;
}

async function takeResource(source: ResourceSource, subject: Subject, metrics: Metrics): Promise<Found> {
  const { name, container, target } = source;
  const isRaw = target.averageValue !== undefined;
  try {
    const answer = await askResource(source, subject, metrics);
    const { average, utilization: percent } = answer.usage;
    const current = {
      ...(percent === undefined ? {} : { averageUtilization: percent }),
      averageValue: renderMilli(average, name),
    };
    const what = container === undefined ? 'resource' : 'container resource';
    const metric = isRaw ? `${name} resource` : `${name} ${what} utilization (percentage of request)`;
    return { replicas: answer.replicas, metric, current };
  } catch (error) {
    throw new Error(`failed to get ${name} ${isRaw ? 'usage' : 'utilization'}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function askResource(
  { name, container, target }: ResourceSource,
  { namespace, scale, pods, now }: Subject,
  metrics: Metrics,
): Promise<Answer> {
  const selector = scale.status.selector ?? '';
  const samples = await metrics
    .resource({ namespace, selector, resource: name, container })
    .catch((error: unknown) => {
      throw new Error(`unable to get metrics for resource ${name}: ${messageOf(error)}`, { cause: error });
    });
  const question = { pods, samples, resource: name, current: scale.spec?.replicas ?? 0, now };
  if (target.averageValue !== undefined) return decideByAverage(question, milli(target.averageValue));
  const percent = target.averageUtilization ?? 0;
  let requests: ReadonlyMap<string, number> | undefined;
  const known = (): ReadonlyMap<string, number> => {
    requests ??= requestsOf(pods, name, container);
    return requests;
  };
  return decideByPods({
    ...question,
    usageOf: (values) => utilization(values, known(), percent),
    assumed: (pod) => Math.trunc(((known().get(pod) ?? 0) * Math.max(100, percent)) / 100),
  });
}

type Asked = Parameters<typeof decideByPods>[0];

const decideByAverage = (question: Omit<Asked, 'usageOf' | 'assumed'>, target: number): Answer =>
  decideByPods({
    ...question,
    usageOf: (values): Usage => averageUsage(values, target),
    assumed: () => target,
  });

interface Identified {
  readonly metric: MetricIdentifier;
  readonly target: MetricTarget;
}

async function takePods(
  { metric: { name, selector: metricSelector }, target }: Identified,
  { namespace, scale, pods, now }: Subject,
  metrics: Metrics,
): Promise<Found> {
  const selector = scale.status.selector ?? '';
  const samples = await metrics
    .pods({ namespace, selector, metric: name, metricSelector })
    .catch((error: unknown) => {
      throw new Error(`unable to get metric ${name}: ${messageOf(error)}`, { cause: error });
    });
  const question = { pods, samples, resource: '', current: scale.spec?.replicas ?? 0, now };
  const { replicas, usage } = decideByAverage(question, milli(target.averageValue));
  return { replicas, metric: `pods metric ${name}`, current: { averageValue: renderMilli(usage.average) } };
}

async function takeObject(
  {
    describedObject: object,
    metric,
    target,
  }: Identified & { readonly describedObject: CrossVersionObjectReference },
  subject: Subject,
  metrics: Metrics,
): Promise<Found> {
  const { namespace } = subject;
  const total = await metrics
    .object({ namespace, object, metric: metric.name, metricSelector: metric.selector })
    .catch((error: unknown) => {
      const where = `${object.kind} on ${namespace} ${object.name}`;
      throw new Error(`unable to get metric ${metric.name}: ${where}/${messageOf(error)}`, { cause: error });
    });
  return byTotal(total, { target, subject, whole: `${object.kind} metric ${metric.name}`, metric });
}

async function takeExternal(
  { metric, target }: Identified,
  subject: Subject,
  metrics: Metrics,
): Promise<Found> {
  const { namespace } = subject;
  const { name, selector: metricSelector } = metric;
  const total = await metrics
    .external({ namespace, metric: name, metricSelector })
    .catch((error: unknown) => {
      const where = `${namespace}/${name}/${selectorText(metricSelector)}`;
      const why = `unable to get external metric ${where}: ${messageOf(error)}`;
      throw new Error(why, { cause: error });
    });
  return byTotal(total, { target, subject, whole: externalText(metric), metric });
}

const externalText = ({ name, selector }: MetricIdentifier): string =>
  `external metric ${name}(${selectorText(selector)})`;

/** One number, which as a whole or in the share of each pod should be the target. */
function byTotal(
  total: number,
  given: {
    readonly target: MetricTarget;
    readonly subject: Subject;
    readonly whole: string;
    readonly metric: MetricIdentifier;
  },
): Found {
  const { target, subject, whole, metric } = given;
  if (target.averageValue !== undefined) {
    const current = subject.scale.status.replicas;
    const { replicas, usage } = decideByShare(total, milli(target.averageValue), current);
    return { replicas, metric: externalText(metric), current: { averageValue: renderMilli(usage.average) } };
  }
  const ratio = total / milli(target.value);
  const replicas = decideByRatio(ratio, subject.pods, subject.scale.spec?.replicas ?? 0);
  return { replicas, metric: whole, current: { value: renderMilli(total) } };
}
