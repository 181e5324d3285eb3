import { type App, type EnvVar, labels, type Release } from '@fairlead/api';
import type { Container, Deployment, Desired, HTTPRoute, Service } from '@fairlead/kube';
import { deploymentName, routeName, serviceName } from '../names.ts';
import { rolloutSeconds, routedProcess, statedReplicas } from '../replicas.ts';
import type { Address } from './hosts.ts';

/** What a web process is told to listen on; a node that shares its network gives another number to both. */
const webPort = { name: 'http', number: 8000 } as const;

export interface ReleaseSettings {
  /** Apps answer at `<app>.<domain>`. */
  readonly domain: string;
  /** The Gateway that the routes belong to. */
  readonly gateway: { readonly namespace: string; readonly name: string };
}

/** The Deployments of a release, one for each of its processes. */
export const desiredDeployments = (app: App, release: Release): Desired<Deployment>[] =>
  Object.entries(release.spec.processes ?? {}).map(([process, { command }]) =>
    desiredDeployment({ app, release, process, command }),
  );

interface ProcessOfRelease {
  readonly app: App;
  readonly release: Release;
  readonly process: string;
  readonly command: readonly string[];
}

const desiredDeployment = (wanted: ProcessOfRelease): Desired<Deployment> => {
  const { app, release, process } = wanted;
  const selector = { [labels.app]: app.metadata.name, [labels.process]: process };
  const replicas = statedReplicas(app, process);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: childMeta(app, deploymentName(app.metadata.name, process), selector),
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: selector },
      // A whole new set beside the old one: traffic moves as soon as the first new copy is ready.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: 0 } },
      revisionHistoryLimit: 2,
      progressDeadlineSeconds: rolloutSeconds(app),
      template: {
        metadata: { labels: { ...selector, [labels.release]: String(release.spec.version) } },
        spec: {
          containers: [desiredContainer(wanted)],
          // Apps know nothing of the API that they run on, and have no rights there.
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 30,
        },
      },
    },
  };
};

const desiredContainer = ({ app, release, process, command }: ProcessOfRelease): Container => ({
  name: process,
  image: release.spec.image?.reference ?? '',
  imagePullPolicy: 'IfNotPresent',
  ...commandOf(release, command),
  ...(process === routedProcess
    ? listening(release.spec.env ?? [])
    : { env: variables(release.spec.env ?? []) }),
  ...(app.spec.processes?.[process]?.resources === undefined
    ? {}
    : { resources: app.spec.processes[process].resources }),
});

// Our own images start by a launch script, which takes the command as its arguments.
const commandOf = ({ spec }: Release, command: readonly string[]): Pick<Container, 'command' | 'args'> => {
  if (command.length === 0) return {};
  return spec.image?.name === undefined ? { command } : { args: command };
};

const listening = (env: readonly EnvVar[]): Pick<Container, 'env' | 'ports' | 'readinessProbe'> => ({
  env: [
    { name: 'PORT', value: String(webPort.number) },
    ...variables(env.filter(({ name }) => name !== 'PORT')),
  ],
  ports: [{ name: webPort.name, containerPort: webPort.number, protocol: 'TCP' }],
  readinessProbe: {
    tcpSocket: { port: webPort.name },
    periodSeconds: 1,
    timeoutSeconds: 1,
    failureThreshold: 3,
  },
});

const variables = (env: readonly EnvVar[]): NonNullable<Container['env']> =>
  env.map(({ name, value, valueFrom }) => ({
    name,
    ...(value === undefined ? {} : { value }),
    ...(valueFrom === undefined ? {} : { valueFrom }),
  }));

/** The address of the routed process inside the cluster. */
export const desiredService = (app: App): Desired<Service> => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: childMeta(app, serviceName(app.metadata.name), { [labels.app]: app.metadata.name }),
  spec: {
    selector: { [labels.app]: app.metadata.name, [labels.process]: routedProcess },
    ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: webPort.name }],
  },
});

/** The route of one address (Gateway API, HTTPRoute v1). */
export const desiredRoute = (
  app: App,
  { host, path }: Address,
  { gateway }: ReleaseSettings,
): Desired<HTTPRoute> & { metadata: { name: string } } => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: childMeta(app, routeName(app.metadata.name, host, path), { [labels.app]: app.metadata.name }),
  spec: {
    parentRefs: [gateway],
    hostnames: [host],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: path } }],
        backendRefs: [{ name: serviceName(app.metadata.name), port: 80 }],
      },
    ],
  },
});

const childMeta = (app: App, name: string, own: Readonly<Record<string, string>>) => ({
  name,
  namespace: app.metadata.namespace ?? 'default',
  labels: own,
});
