import type {
  Container,
  EnvVar,
  Pod,
  PodSecurityContext,
  ProbeAction,
  SecurityContext,
  Volume,
} from '@fairlead/kube';
import type { NodeContext } from '../context.ts';
import { fieldOf } from '../environment/fields.ts';
import { parseEntryPath } from '../image/entry-path.ts';
import { whyNotGiven } from '../oci/rights.ts';
import { isReserved } from '../sandbox/users.ts';
import { type AllowedPaths, isAllowed } from '../volume/host-path.ts';
import { serviceAccountFolder } from '../volume/volumes.ts';
import { podAddress } from './address.ts';
import { initContainersOf } from './spec.ts';

/** Why this node will never run a pod as it is written. A specification does not change: it stays so. */
export interface Refusal {
  readonly reason: 'NeedsNamespaces' | 'NotServed';
  readonly message: string;
}

/** What kind of node judges. */
export interface Ground {
  /** Pods are kept apart here. */
  readonly isolated: boolean;
  /** Images with a root of their own are run as such. */
  readonly ownRoots: boolean;
  /** What of the machine pods may mount. */
  readonly hostPaths: AllowedPaths;
}

export const groundOf = (node: Pick<NodeContext, 'isolation' | 'runtime' | 'volumes'>): Ground => ({
  isolated: node.isolation !== undefined,
  ownRoots: node.runtime !== undefined,
  hostPaths: node.volumes.hostPaths,
});

/** The first thing in a pod that is not served; silence about it would be a half-kept promise. */
export function whyRefused(pod: Pod, ground: Ground): Refusal | undefined {
  const containers = [...initContainersOf(pod), ...pod.spec.containers];
  const found = [
    ...podRules.map((rule) => rule(pod, ground)),
    ...containers.map((container) => whyContainerRefused(container, pod, ground)),
  ];
  return found.find((refusal) => refusal !== undefined);
}

/** The same for one container: an ephemeral one that is refused does not stop the others. */
export const whyContainerRefused: ContainerRule = (container, pod, ground) =>
  containerRules.map((rule) => rule(container, pod, ground)).find((refusal) => refusal !== undefined);

const notServed = (what: string): Refusal => ({
  reason: 'NotServed',
  message: `this node does not serve ${what}`,
});

const podRules: readonly ((pod: Pod, ground: Ground) => Refusal | undefined)[] = [
  // It becomes the name of a folder.
  ({ metadata }) =>
    /^[\w-]+$/.test(metadata.uid ?? '') ? undefined : notServed('a pod without a usable uid'),
  ({ spec }, ground) => (spec.volumes ?? []).map((volume) => refuseVolume(volume, ground)).find(Boolean),
  ({ spec }) => refuseSet(spec, ['hostPID', 'hostIPC', 'resourceClaims'], 'the pod'),
  ({ spec }, { isolated }) => (isolated ? undefined : refuseSet(spec, ['hostAliases'], 'the pod')),
  ({ spec }, ground) => refuseUser(spec.securityContext, 'the pod', ground),
];

type ContainerRule = (container: Container, pod: Pod, ground: Ground) => Refusal | undefined;

const containerRules: readonly ContainerRule[] = [
  (container, _, ground) => refuseMounts(container, ground),
  (container) => refuseSet(container, ['volumeDevices'], `container ${container.name}`),
  ({ name, securityContext }, _, ground) => refuseUser(securityContext, `container ${name}`, ground),
  ({ startupProbe, readinessProbe, livenessProbe, lifecycle }) =>
    [startupProbe, readinessProbe, livenessProbe, lifecycle?.postStart, lifecycle?.preStop]
      .map(refuseAction)
      .find(Boolean),
  (container) => {
    const what = whyNotGiven(container);
    return what === undefined ? undefined : notServed(what);
  },
  ({ env = [] }, pod) => env.map((variable) => refuseVariable(variable, pod)).find(Boolean),
  ({ name, ports = [] }) =>
    ports.some(({ hostPort, containerPort }) => (hostPort || containerPort) !== containerPort)
      ? notServed(`a hostPort of container ${name} that differs from its containerPort`)
      : undefined,
];

const servedVolumes = [
  'emptyDir',
  'secret',
  'configMap',
  'downwardAPI',
  'projected',
  'hostPath',
  'persistentVolumeClaim',
];
const servedSources = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken'];

function refuseVolume(volume: Volume, { hostPaths }: Ground): Refusal | undefined {
  const kind = Object.keys(volume).find((key) => key !== 'name');
  if (kind !== undefined && !servedVolumes.includes(kind)) {
    return notServed(`volumes of type ${kind} (${volume.name})`);
  }
  const { path } = volume.hostPath ?? {};
  if (path !== undefined && !isAllowed(path, hostPaths)) {
    return notServed(
      `the path ${path} of the machine (${volume.name}): it is not one that pods may mount here`,
    );
  }
  const odd = volume.projected?.sources?.flatMap(Object.keys).find((one) => !servedSources.includes(one));
  return odd === undefined ? undefined : notServed(`${odd} in a projected volume (${volume.name})`);
}

function refuseMounts({ name, volumeMounts = [] }: Container, { isolated }: Ground): Refusal | undefined {
  const mounts = volumeMounts.filter(({ mountPath }) => mountPath !== serviceAccountFolder);
  const absolute = mounts.find(({ mountPath }) => mountPath.startsWith('/'));
  if (absolute !== undefined && !isolated) {
    const message = `container ${name} mounts ${absolute.mountPath}: on this node containers have no mount namespace of their own; a path without a leading slash is below the container's folder here and below / elsewhere`;
    return { reason: 'NeedsNamespaces', message };
  }
  const odd = mounts.find(
    ({ mountPath, subPath = '' }) => !isInside(mountPath) || (subPath !== '' && !isInside(subPath)),
  );
  if (odd !== undefined) return notServed(`the mount path ${odd.mountPath} of container ${name}`);
  return undefined;
}

function isInside(path: string): boolean {
  try {
    return parseEntryPath(path.replace(/^\/+/, '')).length > 0;
  } catch {
    return false;
  }
}

function refuseSet(spec: object, fields: readonly string[], who: string): Refusal | undefined {
  const members = new Map<string, unknown>(Object.entries(spec));
  const found = fields.find((field) => {
    const value = members.get(field);
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  });
  return found === undefined ? undefined : notServed(`${found} (${who})`);
}

/** What runs in the machine itself runs as the node's own user; and nowhere as root, which would own what is the machine's. */
function refuseUser(
  context: (PodSecurityContext & SecurityContext) | undefined,
  who: string,
  { isolated, ownRoots }: Ground,
): Refusal | undefined {
  const users = ['runAsUser', 'runAsGroup', 'fsGroup'] as const;
  const refused = isolated ? (['privileged'] as const) : ([...users, 'privileged'] as const);
  const found =
    refused.find((field) => Boolean(context?.[field])) ??
    (isolated
      ? users.find((field) => context?.[field] !== undefined && !isForPods(context[field], ownRoots))
      : undefined);
  return found === undefined ? undefined : notServed(`securityContext.${found} of ${who}`);
}

/** Neither the number of another namespace nor root's, unless what is root's can be the image's. */
const isForPods = (id: unknown, ownRoots: boolean): boolean =>
  typeof id === 'number' && id >= (ownRoots ? 0 : 1) && !isReserved(id);

function refuseAction(action: ProbeAction | undefined): Refusal | undefined {
  const host = action?.httpGet?.host ?? action?.tcpSocket?.host ?? '';
  // A pod must not make the node connect to places of its choice.
  return ['', podAddress, 'localhost'].includes(host)
    ? undefined
    : notServed(`probes of other hosts (${host})`);
}

function refuseVariable({ name, valueFrom }: EnvVar, pod: Pod): Refusal | undefined {
  const path = valueFrom?.fieldRef?.fieldPath;
  if (path === undefined || fieldOf(pod, path) !== undefined) return undefined;
  return notServed(`the field ${path} (variable ${name})`);
}
