import type { Place } from '../../../schema/place.ts';
import { dnsLabel } from '../../formats.ts';
import { judgeEnv, judgeEnvFrom } from './env.ts';
import { judgeHandlers } from './handler.ts';
import { judgeMounts } from './mounts.ts';
import { judgeHostPorts, judgePorts } from './ports.ts';
import { judgeResources } from './resources.ts';
import { judgeSecurityContext } from './security-context.ts';
import type { Container, ResizePolicy } from './types.ts';
import type { Volume } from './volumes.ts';

/** What the pod around a container says. */
export interface Surroundings {
  readonly volumes: ReadonlyMap<string, Volume>;
  /** Names of the pod's resource claims. */
  readonly claims: readonly string[];
  readonly restartPolicy: string;
  readonly hostUsers: boolean;
  readonly grace: number | undefined;
}

/** Those that run side by side. */
export const judgeContainers = (containers: readonly Container[], pod: Surroundings, at: Place): void => {
  if (containers.length === 0) return at.required();
  const names = new Set<string>();
  containers.forEach((container, index) => {
    const { name = '' } = container;
    const here = at.index(index);
    judgeContainer(container, pod, here);
    if (names.has(name)) here.field('name').duplicate(name);
    names.add(name);
    judgeHandlers(container, pod.grace, here);
  });
  judgeHostPorts(containers, at);
};

const HANDLERS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** Those that run before, one after another; a sidecar among them stays. */
export const judgeInitContainers = (
  containers: readonly Container[],
  given: { readonly pod: Surroundings; readonly beside: readonly Container[] },
  at: Place,
): void => {
  const { pod, beside } = given;
  const names = new Set(beside.map(({ name = '' }) => name));
  containers.forEach((container, index) => {
    const { name = '', restartPolicy } = container;
    const here = at.index(index);
    judgeContainer(container, pod, here);
    if (restartPolicy !== undefined && restartPolicy !== 'Always') {
      here.field('restartPolicy').unsupported(restartPolicy, ['Always']);
    }
    if (names.has(name)) here.field('name').duplicate(name);
    else if (name !== '') names.add(name);
    judgeHostPorts([container], at);
    if (restartPolicy === 'Always') return judgeHandlers(container, pod.grace, here);
    for (const handler of HANDLERS) {
      if (container[handler] === undefined) continue;
      here.field(handler).forbidden('may not be set for init containers without restartPolicy=Always');
    }
  });
};

const NOT_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;
const FOR_DEBUGGING = 'cannot be set for an Ephemeral Container';

/** Those that somebody adds to a running pod, to look into it. */
export const judgeEphemeralContainers = (
  containers: readonly Container[],
  given: { readonly pod: Surroundings; readonly beside: readonly Container[] },
  at: Place,
): void => {
  const { pod, beside } = given;
  const targets = new Set(beside.map(({ name = '' }) => name));
  const names = new Set(targets);
  containers.forEach((container, index) => {
    const { name = '', targetContainerName: target = '' } = container;
    const here = at.index(index);
    judgeContainer(container, pod, here);
    judgeImageOfPod(container, here);
    if (names.has(name)) here.field('name').duplicate(name);
    names.add(name);
    if (target !== '' && !targets.has(target)) here.field('targetContainerName').notFound(target);
    judgeEphemeralFields(container, here);
  });
};

const judgeEphemeralFields = (container: Container, at: Place): void => {
  for (const field of NOT_EPHEMERAL) {
    if (!isSet(container[field])) continue;
    at.field(field).forbidden(FOR_DEBUGGING);
  }
  (container.volumeMounts ?? []).forEach((mount, index) => {
    for (const field of ['subPath', 'subPathExpr'] as const) {
      if ((mount[field] ?? '') !== '')
        at.field('volumeMounts').index(index).field(field).forbidden(FOR_DEBUGGING);
    }
  });
};

const isSet = (value: object | string | undefined): boolean =>
  typeof value === 'object' ? Object.keys(value).length > 0 : value !== undefined;

/** Spaces around an image's name are let pass in templates, for the sake of old ones. */
export const judgeImageOfPod = ({ image = '' }: Container, at: Place): void => {
  if (image.trim() !== image)
    at.field('image').invalid(image, 'must not have leading or trailing whitespace');
};

const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

/** What holds for all of them. */
const judgeContainer = (container: Container, pod: Surroundings, at: Place): void => {
  const { name = '', image = '', ports, env, envFrom, resources, resizePolicy } = container;
  if (name === '') at.field('name').required();
  else at.field('name').faults(name, dnsLabel(name));
  if (image === '') at.field('image').required();
  at.field('terminationMessagePolicy').oneOf(container.terminationMessagePolicy, MESSAGE_POLICIES);
  if (ports) judgePorts(ports, at.field('ports'));
  if (env) judgeEnv(env, at.field('env'));
  if (envFrom) judgeEnvFrom(envFrom, at.field('envFrom'));
  judgeMounts(container, pod.volumes, at);
  at.field('imagePullPolicy').oneOf(container.imagePullPolicy, PULL_POLICIES);
  if (resources) judgeResources(resources, at.field('resources'), { claims: pod.claims });
  if (resizePolicy) judgeResizePolicy(resizePolicy, pod.restartPolicy, at.field('resizePolicy'));
  if (container.securityContext) {
    judgeSecurityContext(container.securityContext, pod.hostUsers, at.field('securityContext'));
  }
};

const RESIZED = ['cpu', 'memory'];
const RESTARTS = ['NotRequired', 'RestartContainer'];

const judgeResizePolicy = (policies: readonly ResizePolicy[], podRestarts: string, at: Place): void => {
  const taken = new Set<string>();
  policies.forEach(({ resourceName = '', restartPolicy = '' }, index) => {
    if (taken.has(resourceName)) at.index(index).duplicate(resourceName);
    taken.add(resourceName);
    at.oneOf(resourceName, RESIZED);
    at.oneOf(restartPolicy, RESTARTS);
    if (podRestarts === 'Never' && restartPolicy !== 'NotRequired') {
      at.invalid(restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'");
    }
  });
};
