import type { KubeObject } from '@fairlead/kube';
import { failure } from '../http/errors.ts';
import type { ServedResource } from '../resources/registry.ts';
import { isObject } from '../schema/json.ts';
import type { Admission } from './chain.ts';
import { type Lister, valuesOf } from './lister.ts';
import type { Ports } from './ports.ts';

interface Port {
  readonly name?: string;
  readonly containerPort: number;
}

interface Container {
  readonly ports?: readonly Port[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
}

interface Probe {
  readonly httpGet?: { readonly port?: number | string };
  readonly tcpSocket?: { readonly port?: number | string };
  readonly grpc?: { readonly port?: number | string };
}

interface Pod extends KubeObject {
  readonly spec?: { readonly containers?: readonly Container[] };
}

/**
 * Where pods share the machine's network, two of them cannot listen on one number. So each *named* port gets a
 * number of its own: Services and probes go by the name, the program reads it from `PORT`.
 */
export const podPorts = (ports: Ports, isShared: () => boolean): Admission => ({
  name: 'PodPorts',
  prepare({ operation, resource, subresource, object }) {
    if (operation !== 'CREATE' || subresource !== '' || !isPods(resource) || !isShared()) return undefined;
    const wanted = namedPorts(object);
    return wanted === 0 ? undefined : ports.prepare(wanted);
  },
  admit({ operation, resource, subresource, object }) {
    if (operation !== 'CREATE' || subresource !== '' || !isPods(resource) || !isShared()) return object;
    return withOwnPorts(object, ports);
  },
});

/** While no node has said that it keeps pods apart: a number of its own does no harm there either. */
export const sharedBy = (nodes: Lister) => (): boolean => !valuesOf(nodes.list('')).some(isIsolated);

interface Node extends KubeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const isIsolated = ({ status }: Node): boolean =>
  status?.conditions?.some((one) => one.type === 'Isolation' && one.status === 'True') === true;

const isPods = ({ definition }: ServedResource): boolean =>
  definition.group === '' && definition.resource === 'pods';

const containersOf = (object: unknown): readonly Container[] => {
  const { spec } = isObject(object) ? object : {};
  const containers = isObject(spec) ? spec.containers : undefined;
  return Array.isArray(containers) ? (containers as Container[]) : [];
};

const isNamed = ({ name }: Port): boolean => name !== undefined && name !== '';

const namedPorts = (object: unknown): number =>
  containersOf(object).flatMap(({ ports }) => (ports ?? []).filter(isNamed)).length;

const withOwnPorts = (pod: Pod, ports: Ports): KubeObject => {
  if (namedPorts(pod) === 0) return pod;
  const containers = containersOf(pod).map((container) => withNumbers(container, ports));
  return { ...pod, spec: { ...pod.spec, containers } } as KubeObject;
};

const withNumbers = (container: Container, ports: Ports): Container => {
  const moved = new Map<number, number>();
  const numbered = (container.ports ?? []).map((port) => {
    if (!isNamed(port)) return port;
    // One number under two names stays one.
    const containerPort = moved.get(port.containerPort) ?? takeOrRefuse(ports);
    moved.set(port.containerPort, containerPort);
    return { ...port, containerPort };
  });
  if (moved.size === 0) return container;
  return { ...container, ports: numbered, ...withEnv(container, moved), ...withProbes(container, moved) };
};

const takeOrRefuse = (ports: Ports): number => {
  const port = ports.take();
  if (port !== undefined) return port;
  throw failure({
    code: 429,
    reason: 'TooManyRequests',
    message: 'no free port of this machine is left for the pod',
    details: { retryAfterSeconds: 1 },
  });
};

const withEnv = ({ env }: Container, moved: ReadonlyMap<number, number>): Partial<Container> => {
  if (env === undefined) return {};
  return {
    env: env.map((entry) => {
      const to =
        entry.name === 'PORT' && entry.value !== undefined ? moved.get(Number(entry.value)) : undefined;
      return to === undefined ? entry : { ...entry, value: String(to) };
    }),
  };
};

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const ACTIONS = ['httpGet', 'tcpSocket', 'grpc'] as const;

/** A probe may name the number instead of the name. */
const withProbes = (container: Container, moved: ReadonlyMap<number, number>): Partial<Container> =>
  Object.fromEntries(
    PROBES.flatMap((name) => {
      const probe = container[name];
      return probe === undefined ? [] : [[name, movedProbe(probe, moved)]];
    }),
  );

const movedProbe = (probe: Probe, moved: ReadonlyMap<number, number>): Probe => {
  const changes = ACTIONS.flatMap((action) => {
    const port = probe[action]?.port;
    const to = typeof port === 'number' ? moved.get(port) : undefined;
    return to === undefined ? [] : [[action, { ...probe[action], port: to }]];
  });
  return { ...probe, ...Object.fromEntries(changes) };
};
