import {
  type Client,
  isNotFound,
  type LabelSelector,
  renderSelector,
  type CrossVersionObjectReference,
} from '@fairlead/kube';
import { parseDuration } from '../../schema/duration.ts';
import { messageOf } from '../pods/write.ts';
import { instant } from '../time.ts';
import { milli } from './amounts.ts';
import type { Metrics, Sample, Samples } from './metrics.ts';

interface List<T> {
  readonly items?: readonly T[];
}

/** metrics.k8s.io/v1beta1 PodMetrics. */
interface PodMetrics {
  readonly metadata: { readonly name: string };
  readonly timestamp?: string;
  /** `30s` */
  readonly window?: string;
  readonly containers?: readonly {
    readonly name: string;
    readonly usage?: Readonly<Record<string, string>>;
  }[];
}

/** custom.metrics.k8s.io/v1beta2 MetricValue. */
interface MetricValue {
  readonly describedObject: { readonly name: string };
  readonly timestamp?: string;
  readonly windowSeconds?: number;
  readonly value: string;
}

/** Reads the three metrics APIs of Kubernetes. Whether anybody serves them, the answers tell. */
export const createApiMetrics = (client: Client): Metrics => ({
  async resource({ namespace, selector, resource, container }) {
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
    const found = await read<PodMetrics>(client, {
      api: 'resource',
      what: 'get pods.metrics.k8s.io',
      path,
      query: { labelSelector: selector },
    });
    const samples = found.map((pod) => [pod.metadata.name, sampleOf(pod, resource, container)] as const);
    return new Map(samples.filter((entry): entry is [string, Sample] => entry[1] !== undefined));
  },
  async pods({ namespace, selector, metric, metricSelector }) {
    const path = `/apis/custom.metrics.k8s.io/v1beta2/namespaces/${namespace}/pods/*/${metric}`;
    const found = await custom(client, {
      path,
      metric,
      query: { labelSelector: selector, ...selecting(metricSelector) },
    });
    return byPod(found);
  },
  async object({ namespace, object, metric, metricSelector }) {
    const path = await pathOf(client, { namespace, object });
    const found = await custom(client, {
      path: `${path}/${metric}`,
      metric,
      query: selecting(metricSelector),
    });
    return milli(found[0]?.value);
  },
  async external({ namespace, metric, metricSelector }) {
    const path = `/apis/external.metrics.k8s.io/v1beta1/namespaces/${namespace}/${metric}`;
    const query: Question['query'] =
      metricSelector === undefined ? {} : { labelSelector: renderSelector(metricSelector) };
    const what = `get ${metric}.external.metrics.k8s.io`;
    const found = await read<{ readonly value: string }>(client, { api: 'external', what, path, query });
    return found.reduce((total, { value }) => total + milli(value), 0);
  },
});

interface Question {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

const custom = (client: Client, { metric, ...question }: Question & { readonly metric: string }) =>
  read<MetricValue>(client, { ...question, api: 'custom', what: `get ${metric}.custom.metrics.k8s.io` });

/** One list; that it is empty is an error, for then nothing can be said. */
async function read<T>(
  client: Client,
  { api, what, ...question }: Question & { readonly api: string; readonly what: string },
): Promise<readonly T[]> {
  const { items = [] } = await ask<T>(client, question).catch((error: unknown) => {
    const nobody = isNotFound(error) && error.status.details?.name === undefined;
    const why = nobody ? `the server could not find the requested resource (${what})` : messageOf(error);
    throw new Error(`unable to fetch metrics from ${api} metrics API: ${why}`, { cause: error });
  });
  if (items.length === 0) throw new Error(`no metrics returned from ${api} metrics API`);
  return items;
}

const ask = <T>(client: Client, question: Question): Promise<List<T>> => client.json<List<T>>(question);

const selecting = (selector: LabelSelector | undefined): Readonly<Record<string, string>> =>
  selector === undefined ? {} : { metricLabelSelector: renderSelector(selector) };

/** A pod counts only when all its containers were measured, or the one that is asked for. */
function sampleOf(
  { timestamp, window, containers = [] }: PodMetrics,
  resource: string,
  container: string | undefined,
): Sample | undefined {
  const asked = container === undefined ? containers : containers.filter(({ name }) => name === container);
  const usages = asked.map(({ usage }) => usage?.[resource]);
  if (usages.length === 0 || usages.includes(undefined)) return undefined;
  return {
    value: usages.reduce((total: number, amount) => total + milli(amount), 0),
    at: instant(timestamp) ?? 0,
    window: Number((parseDuration(window ?? '') ?? 0n) / 1_000_000n),
  };
}

/** A window that is not told is a minute. */
const byPod = (values: readonly MetricValue[]): Samples =>
  new Map(
    values.map(({ describedObject, timestamp, windowSeconds = 60, value }) => [
      describedObject.name,
      { value: milli(value), at: instant(timestamp) ?? 0, window: windowSeconds * 1000 },
    ]),
  );

/** Nobody asks about another namespace than the autoscaler's own. */
async function pathOf(
  client: Client,
  { namespace, object }: { readonly namespace: string; readonly object: CrossVersionObjectReference },
): Promise<string> {
  const root = '/apis/custom.metrics.k8s.io/v1beta2';
  const { apiVersion = 'v1', kind, name } = object;
  if (kind === 'Namespace' && apiVersion === 'v1') return `${root}/namespaces/${namespace}/metrics`;
  const type = await client.discover({ apiVersion, kind });
  if (type === undefined) {
    const why = `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
    throw new Error(`unable to fetch metrics from custom metrics API: ${why}`);
  }
  const resource = type.group === '' ? type.resource : `${type.resource}.${type.group}`;
  return `${root}/namespaces/${namespace}/${resource}/${name}`;
}
