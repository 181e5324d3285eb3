import type { Container, EnvFromSource, EnvVar, EnvVarSource, Pod, Service } from '@fairlead/kube';
import { join } from 'node:path';
import { BlockedError } from '../blocked.ts';
import { expand } from './expand.ts';
import { factOf, type Facts } from './facts.ts';
import { linkedServices, serviceVariables } from './services.ts';
import type { Sources } from './sources.ts';

export interface EnvironmentOrder {
  readonly pod: Pod;
  readonly container: Container;
  readonly sources: Sources;
  readonly facts: Facts;
  /** All that there are. */
  readonly services: readonly Service[];
}

/** The variables of the pod's own specification, and the names that cannot be variables here. */
export interface Environment {
  readonly variables: ReadonlyMap<string, string>;
  readonly skipped: readonly string[];
}

/** The services, then `envFrom`, then `env`, each seeing what came before it (Kubernetes API, Container v1). */
export async function gatherEnvironment(order: EnvironmentOrder): Promise<Environment> {
  const variables = new Map<string, string>();
  const skipped: string[] = [];
  const set = (name: string, value: string) => {
    // A shell stands between the node and the process, and it loses other names.
    if (/^[A-Za-z_]\w*$/.test(name) && !value.includes('\0')) variables.set(name, value);
    else skipped.push(name);
  };
  const links = { namespace: namespaceOf(order.pod), links: order.pod.spec.enableServiceLinks !== false };
  for (const service of linkedServices(order.services, links)) {
    for (const [name, value] of serviceVariables(service)) variables.set(name, value);
  }
  for (const source of order.container.envFrom ?? []) {
    for (const [key, value] of await readAll(order, source))
      set(`${source.prefix ?? ''}${key}`, String(value));
  }
  for (const variable of order.container.env ?? []) {
    const value = await valueOf(order, variable, variables);
    if (value !== undefined) set(variable.name, value);
  }
  return { variables, skipped };
}

async function readAll({ pod, sources }: EnvironmentOrder, from: EnvFromSource) {
  const [kind, reference] = from.secretRef
    ? (['secret', from.secretRef] as const)
    : (['configmap', from.configMapRef] as const);
  if (reference === undefined) return [];
  const { name, optional = false } = reference;
  return (await sources.read({ kind, namespace: namespaceOf(pod), name, optional })) ?? [];
}

async function valueOf(
  order: EnvironmentOrder,
  { value, valueFrom }: EnvVar,
  soFar: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  if (value !== undefined && value !== '') return expand(value, soFar);
  return valueFrom === undefined ? '' : fromElsewhere(order, valueFrom);
}

async function fromElsewhere(order: EnvironmentOrder, from: EnvVarSource): Promise<string | undefined> {
  if (from.fieldRef !== undefined || from.resourceFieldRef !== undefined) return factOf(order, from);
  const [kind, selector] = from.secretKeyRef
    ? (['secret', from.secretKeyRef] as const)
    : (['configmap', from.configMapKeyRef] as const);
  if (selector === undefined) return undefined;
  const { name, key, optional = false } = selector;
  const namespace = namespaceOf(order.pod);
  const value = (await order.sources.read({ kind, namespace, name, optional }))?.get(key);
  if (value !== undefined || optional) return value?.toString();
  const what = kind === 'secret' ? 'Secret' : 'ConfigMap';
  throw new BlockedError(
    'CreateContainerConfigError',
    `couldn't find key ${key} in ${what} ${namespace}/${name}`,
  );
}

const namespaceOf = (pod: Pod): string => pod.metadata.namespace ?? 'default';

export interface ProcessEnvironmentOrder {
  /** What of the node's own environment its containers see: PATH, HOME, LANG, TMPDIR. */
  readonly machine: Readonly<Record<string, string>>;
  /** `NAME=value`, from the image's configuration. */
  readonly image: readonly string[];
  readonly pod: Pod;
  readonly variables: ReadonlyMap<string, string>;
  readonly root: string;
}

/**
 * What a container's process gets: the machine's, the image's, then the pod's. The image's PATH names
 * folders of the image, and the machine's toolchains come after them.
 */
export function processEnvironment(order: ProcessEnvironmentOrder): Record<string, string> {
  const environment: Record<string, string> = { ...order.machine, HOSTNAME: order.pod.metadata.name };
  for (const entry of order.image) {
    const [name = '', ...value] = entry.split('=');
    if (name === 'PATH') environment['PATH'] = withImagePath(order, value.join('='));
    else environment[name] = value.join('=');
  }
  return { ...environment, ...Object.fromEntries(order.variables) };
}

export interface ImageEnvironmentOrder extends Pick<ProcessEnvironmentOrder, 'image' | 'variables'> {
  readonly bundle: { readonly hostname: string };
}

/** Where container runtimes look for programs, when neither image nor pod says it. */
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a container's process gets that has nothing of the machine: the image's, then the pod's. */
export function imageEnvironment({
  image,
  variables,
  bundle,
}: ImageEnvironmentOrder): Record<string, string> {
  const ofImage = image.map((entry) => {
    const [name = '', ...value] = entry.split('=');
    return [name, value.join('=')] as const;
  });
  return {
    PATH: usualPath,
    HOSTNAME: bundle.hostname,
    ...Object.fromEntries(ofImage),
    ...Object.fromEntries(variables),
  };
}

const withImagePath = ({ root, machine }: ProcessEnvironmentOrder, path: string): string => {
  const own = path.split(':').filter((folder) => folder.startsWith('/'));
  return [...own.map((folder) => join(root, folder)), machine['PATH']].filter(Boolean).join(':');
};
