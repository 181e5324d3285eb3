import { customResourceDefinitions } from '@fairlead/api/crds';
import { type Client, type Kind, kind, type KubeObject } from '@fairlead/kube';
import { shippedRuntimes } from '../../runtimes/shipped.ts';
import { platformService } from '../platform-service.ts';
import { ensureObject } from './ensure.ts';
import { shippedRoles } from './roles.ts';

export interface GatewayName {
  readonly namespace: string;
  readonly name: string;
}

const crds = kind({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  resource: 'customresourcedefinitions',
  namespaced: false,
});

/** Makes the product's kinds known, and lets its parts and people use them. Resolves when the API serves them. */
export const ensureKinds = async (client: Client, gatewayKinds: readonly KubeObject[]): Promise<void> => {
  const wanted = [...customResourceDefinitions, ...gatewayKinds] as readonly KubeObject[];
  await Promise.all([
    ...wanted.map((crd) => ensureObject(client.resource(crds), crd)),
    ...shippedRoles.map((object) => ensure(client, object as Wanted)),
  ]);
};

const core = { version: 'v1', group: '' } as const;
const rbac = { version: 'v1', group: 'rbac.authorization.k8s.io', namespaced: false } as const;
const gatewayGroup = { version: 'v1', group: 'gateway.networking.k8s.io' } as const;
const types = {
  ClusterRole: { ...rbac, resource: 'clusterroles' },
  ClusterRoleBinding: { ...rbac, resource: 'clusterrolebindings' },
  Namespace: { ...core, resource: 'namespaces', namespaced: false },
  Service: { ...core, resource: 'services', namespaced: true },
  EndpointSlice: { group: 'discovery.k8s.io', version: 'v1', resource: 'endpointslices', namespaced: true },
  GatewayClass: { ...gatewayGroup, resource: 'gatewayclasses', namespaced: false },
  Gateway: { ...gatewayGroup, resource: 'gateways', namespaced: true },
  HTTPRoute: { ...gatewayGroup, resource: 'httproutes', namespaced: true },
  Runtime: { group: 'fairlead.dev', version: 'v1alpha1', resource: 'runtimes', namespaced: false },
} as const;

type Wanted = KubeObject & { readonly kind: keyof typeof types; readonly [field: string]: unknown };

const ensure = async (client: Client, object: Wanted): Promise<void> => {
  const type: Kind = kind({ ...types[object.kind], kind: object.kind });
  await ensureObject(client.resource(type), object);
};

export interface PlatformPlace {
  readonly gateway: GatewayName;
  /** Where the platform itself listens. */
  readonly platform: { readonly host: string; readonly port: number };
}

/** The platform's own objects: its namespace, its gateway, the route to itself, and the runtimes that ship. */
export const ensurePlatform = async (client: Client, place: PlatformPlace): Promise<void> => {
  const { namespace } = place.gateway;
  await ensure(client, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const runtimes = shippedRuntimes as unknown as Wanted[];
  const wanted = [...gatewayObjects(place), ...routeToItself(place), ...runtimes];
  await Promise.all(wanted.map((object) => ensure(client, object)));
};

const gatewayObjects = ({ gateway }: PlatformPlace): Wanted[] => [
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'fairlead' },
    spec: { controllerName: 'fairlead.dev/router' },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { ...gateway },
    spec: {
      gatewayClassName: 'fairlead',
      listeners: [
        { name: 'http', protocol: 'HTTP', port: 80, allowedRoutes: { namespaces: { from: 'All' } } },
      ],
    },
  },
];

/** The host `localhost` leads to the platform, as others lead to apps. */
const routeToItself = ({ gateway, platform }: PlatformPlace): Wanted[] => {
  const service = { namespace: gateway.namespace, name: platformService };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: service,
      spec: { ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: platform.port }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...service, labels: { 'kubernetes.io/service-name': service.name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [platform.host], conditions: { ready: true } }],
      ports: [{ name: 'http', protocol: 'TCP', port: platform.port }],
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: service,
      spec: {
        parentRefs: [{ ...gateway }],
        hostnames: ['localhost'],
        rules: [{ backendRefs: [{ name: service.name, port: 80 }] }],
      },
    },
  ];
};
