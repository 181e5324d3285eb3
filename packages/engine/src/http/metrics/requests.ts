import type { Counter, Histogram, KubeRequest, KubeResponse, Metrics } from '@fairlead/kube';
import type { Registry, ServedResource } from '../../resources/registry.ts';
import { servedParts } from '../parts.ts';
import { APPLY_PATCH } from '../patch-types.ts';
import type { ObjectPath, Route } from '../route.ts';

/** Counts requests under the names that Kubernetes' dashboards look for. */
export interface RequestMetrics {
  /** Called when a request comes; what it returns is called with the answer. */
  begin(request: KubeRequest): (route: Route, response: KubeResponse) => void;
}

/** Seconds, as kube-apiserver's. */
const BUCKETS = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
];
const ABOUT = ['verb', 'group', 'version', 'resource', 'subresource', 'scope'] as const;

interface Series {
  readonly count: Counter;
  /** Absent for a watch: how long it goes on says nothing. */
  readonly duration?: Histogram;
}

export const createRequestMetrics = (
  metrics: Metrics,
  { resources, now }: { readonly resources: Registry; readonly now: () => number },
): RequestMetrics => {
  const inFlight = metrics.gauge({
    name: 'apiserver_current_inflight_requests',
    help: 'Requests under way.',
    labels: ['request_kind'],
  });
  const [reading, changing] = [inFlight('readOnly'), inFlight('mutating')];
  const seriesOf = createSeries(metrics);
  return {
    begin(request) {
      const begun = now();
      const gauge = isRead(request) ? reading : changing;
      gauge.add(1);
      return (route, response) => {
        gauge.add(-1);
        const series = seriesOf(labelsOf(resources, request, { route, response }), response.status);
        series.count.add();
        series.duration?.observe((now() - begun) / 1000);
      };
    },
  };
};

/** By the labels of `ABOUT` and the code; kept, as there are few of them and each is asked for often. */
const createSeries = (metrics: Metrics): ((labels: readonly string[], code: number) => Series) => {
  const total = metrics.counter({
    name: 'apiserver_request_total',
    help: 'Requests that were answered.',
    labels: [...ABOUT, 'code'],
  });
  const duration = metrics.histogram({
    name: 'apiserver_request_duration_seconds',
    help: 'From a request to its answer. Without watches.',
    labels: ABOUT,
    buckets: BUCKETS,
  });
  const known = new Map<string, Series>();
  return (labels, code) => {
    const key = `${labels.join('/')} ${code}`;
    let series = known.get(key);
    if (series === undefined) {
      const timed = labels[0] === 'WATCH' ? {} : { duration: duration(...labels) };
      series = { count: total(...labels, String(code)), ...timed };
      known.set(key, series);
    }
    return series;
  };
};

const isRead = ({ method }: KubeRequest): boolean => method === 'GET' || method === 'HEAD';

/** Names that strangers think up are not kept: what is not served counts without a name. */
const labelsOf = (
  resources: Registry,
  request: KubeRequest,
  { route, response }: { readonly route: Route; readonly response: KubeResponse },
): readonly string[] => {
  const object = route.to === 'object' ? route.object : undefined;
  const resource = object && resources.find(object.group, object.version, object.resource);
  if (object === undefined || resource === undefined)
    return [verbOf(request, response, true), '', '', '', '', ''];
  const { group, version, name, namespace } = object;
  const part = partOf(resource, object);
  const scope = name !== '' ? 'resource' : namespace !== '' ? 'namespace' : 'cluster';
  return [verbOf(request, response, name !== ''), group, version, object.resource, part, scope];
};

const partOf = ({ definition }: ServedResource, { subresource }: ObjectPath): string =>
  subresource !== '' && servedParts(definition).some(({ name }) => name === subresource) ? subresource : '';

const verbOf = (request: KubeRequest, { body }: KubeResponse, one: boolean): string => {
  switch (request.method) {
    case 'GET':
      if (body.kind === 'watch') return 'WATCH';
      return one ? 'GET' : 'LIST';
    case 'DELETE':
      return one ? 'DELETE' : 'DELETECOLLECTION';
    case 'PATCH':
      return request.headers['content-type']?.startsWith(APPLY_PATCH) ? 'APPLY' : 'PATCH';
    case 'HEAD':
    case 'POST':
    case 'PUT':
      return request.method;
    default:
      return 'other';
  }
};
