import { container, volume } from './container.ts';
import { all, at, type Edit, fill, isAbsent, isFilled, listOr, objectOr, when } from './edit.ts';
import { podLevelResources } from './pod-resources.ts';

/** `serviceAccount` is the old name of `serviceAccountName`: both are always there, and equal. */
const serviceAccount: Edit = (spec) => {
  const name = isAbsent(spec.serviceAccountName) ? spec.serviceAccount : spec.serviceAccountName;
  if (isAbsent(name) || (spec.serviceAccountName === name && spec.serviceAccount === name)) return spec;
  return { ...spec, serviceAccountName: name, serviceAccount: name };
};

/** What holds for pods and for templates of pods. */
export const podSpec: Edit = all(
  serviceAccount,
  at('containers[]', container),
  at('initContainers[]', container),
  at('ephemeralContainers[]', container),
  at('volumes[]', volume),
);

const dropped: ReadonlySet<string> = new Set([
  'pod.alpha.kubernetes.io/init-containers',
  'pod.beta.kubernetes.io/init-containers',
  'pod.alpha.kubernetes.io/init-container-statuses',
  'pod.beta.kubernetes.io/init-container-statuses',
]);

/** Annotations that stood for init containers before there were any. */
const oldAnnotations: Edit = (metadata) => {
  const entries = Object.entries(objectOr(metadata.annotations));
  const kept = entries.filter(([name]) => !dropped.has(name));
  if (kept.length === entries.length) return metadata;
  const { annotations: _, ...rest } = metadata;
  return kept.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(kept) };
};

export const podTemplate: Edit = all(at('metadata', oldAnnotations), at('spec', podSpec));

/** Who limits a resource without asking for some of it asks for all of it. In pods, not in templates. */
const requestsFromLimits: Edit = (resources) => {
  if (!isFilled(resources.limits)) return resources;
  const requests = { ...resources.limits, ...objectOr(resources.requests) };
  return { ...resources, requests };
};

const hostPort: Edit = fill('hostPort', ({ containerPort }) =>
  containerPort === 0 ? undefined : containerPort,
);

/** On the node's network a container's port is the node's. */
const hostPorts: Edit = when(
  ({ hostNetwork }) => hostNetwork === true,
  at('containers[].ports[]', hostPort),
  at('initContainers[].ports[]', hostPort),
);

const wholeGrace: Edit = (spec) =>
  Number(spec.terminationGracePeriodSeconds) < 0 ? { ...spec, terminationGracePeriodSeconds: 1 } : spec;

/** `podIP` is the first of `podIPs`; where they differ it wins. */
const podIps: Edit = (status) => {
  const first = objectOr(listOr(status.podIPs)[0]);
  if (isAbsent(status.podIP)) return isAbsent(first.ip) ? status : { ...status, podIP: first.ip };
  return status.podIP === first.ip ? status : { ...status, podIPs: [{ ip: status.podIP }] };
};

export const pod: Edit = all(
  at('metadata', oldAnnotations),
  at('spec.containers[].resources', requestsFromLimits),
  at('spec.initContainers[].resources', requestsFromLimits),
  at('spec', podLevelResources, hostPorts, wholeGrace, podSpec),
  at('status', podIps),
);
