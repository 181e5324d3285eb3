import type { KubeObject } from '@fairlead/kube';
import { equalJson } from '../schema/json.ts';
import { ensureObject, type Ground } from './ensure.ts';

/** Where the API is reached from within the cluster: the first address of the range of Services. */
export const API_ADDRESS = '10.96.0.1';
const PLACE = { name: 'kubernetes', namespace: 'default' };

/** The port that Kubernetes serves at when nobody says another. */
const USUAL_PORT = 6443;

/** Where this server listens. */
interface Door {
  readonly ip: string;
  readonly port: number;
}

/** Every cluster has a Service for its own API; behind it stands this server, if it listens. */
export const ensureApiService = async (ground: Ground, door?: Door): Promise<void> => {
  const { port = USUAL_PORT } = door ?? {};
  await Promise.all([
    ensureObject(ground, { resource: 'services', wanted: service(port), desired: madeOnce }),
    ...(door === undefined
      ? []
      : [
          ensureObject(ground, { resource: 'endpoints', wanted: endpoints(door), desired: asWanted }),
          ensureObject(ground, { resource: 'endpointslices', wanted: slice(door), desired: asWanted }),
        ]),
  ]);
};

/** Nobody corrects it later: so does Kubernetes. */
const madeOnce = (wanted: KubeObject, live: KubeObject | undefined): KubeObject | undefined =>
  live === undefined ? wanted : undefined;

const asWanted = (wanted: KubeObject, live: KubeObject | undefined): KubeObject | undefined => {
  if (live === undefined) return wanted;
  const next = { ...live, ...wanted, metadata: { ...live.metadata, ...wanted.metadata } };
  return equalJson(next, live) ? undefined : next;
};

const service = (port: number): KubeObject & Readonly<Record<string, unknown>> => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { ...PLACE, labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: {
    type: 'ClusterIP',
    clusterIP: API_ADDRESS,
    ipFamilyPolicy: 'SingleStack',
    sessionAffinity: 'None',
    ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }],
  },
});

const endpoints = ({ ip, port }: Door): KubeObject & Readonly<Record<string, unknown>> => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { ...PLACE, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
  subsets: [{ addresses: [{ ip }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
});

const slice = ({ ip, port }: Door): KubeObject & Readonly<Record<string, unknown>> => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { ...PLACE, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: [ip], conditions: { ready: true } }],
  ports: [{ name: 'https', port, protocol: 'TCP' }],
});
