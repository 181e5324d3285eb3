import { type App, annotations, type Image, labels, type Release } from '@fairlead/api';
import type { Deployment, HTTPRoute, Pod } from '@fairlead/kube';
import type { AppSource } from './app/source.ts';

// Objects as the tables of judgements need them; what a row does not name is ordinary.

export const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;

export const noSource: AppSource = { kind: 'none' };

export const artifact = (letter: string): AppSource => ({ kind: 'artifact', digest: digestOf(letter) });

const owner = { apiVersion: 'fairlead.dev/v1alpha1', kind: 'App', name: 'shop', uid: 'uid-shop' };
export const owned = { ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }] };

export const anApp = (spec: App['spec'] = {}, marks: Readonly<Record<string, string>> = {}): App => ({
  apiVersion: 'fairlead.dev/v1alpha1',
  kind: 'App',
  metadata: { name: 'shop', namespace: 'default', uid: 'uid-shop', generation: 3, annotations: marks },
  spec,
});

type ReleaseFacts = Partial<Omit<Release['spec'], 'source'>> & {
  /** A letter for the source and its image; none for the creation. */
  readonly code?: string;
  readonly phase?: NonNullable<Release['status']>['phase'];
  readonly conditions?: NonNullable<Release['status']>['conditions'];
  readonly request?: string;
};

export const aRelease = (version: number, facts: ReleaseFacts = {}): Release => {
  const { code, phase, conditions, request, ...spec } = facts;
  return {
    apiVersion: 'fairlead.dev/v1alpha1',
    kind: 'Release',
    metadata: {
      name: `shop-v${version}`,
      namespace: 'default',
      ...(request === undefined ? {} : { annotations: { [annotations.buildRequest]: request } }),
    },
    spec: {
      app: 'shop',
      version,
      summary: '',
      reasons: [],
      ...(code === undefined
        ? {}
        : {
            source: { artifact: { digest: digestOf(code) } },
            runtime: 'python',
            image: { name: `shop-${code}`, reference: `registry/shop@${code}` },
            processes: { web: { command: ['serve'] } },
          }),
      ...spec,
    },
    ...(phase === undefined
      ? {}
      : { status: { phase, ...(conditions === undefined ? {} : { conditions }) } }),
  };
};

export const anImage = (code: string, status: Image['status'] = {}): Image => ({
  apiVersion: 'fairlead.dev/v1alpha1',
  kind: 'Image',
  metadata: { name: `shop-${code}`, namespace: 'default', uid: `uid-${code}` },
  spec: {
    app: 'shop',
    source: { digest: digestOf(code) },
    runtime: 'python',
    key: code,
    timeoutSeconds: 900,
  },
  status,
});

export const builtImage = (code: string, processes = { web: { command: ['serve'] } }): Image =>
  anImage(code, { reference: `registry/shop@${code}`, digest: digestOf(code), processes });

interface DeploymentFacts {
  readonly process?: string;
  readonly release?: number;
  readonly replicas?: number;
  /** Updated, all, available and ready copies; as many as wanted unless told. */
  readonly counts?: readonly [updated: number, all: number, available: number, ready: number];
  readonly observed?: boolean;
  readonly progressing?: string;
  readonly failure?: string;
}

export const aDeployment = (facts: DeploymentFacts = {}): Deployment => {
  const { process = 'web', release = 2, replicas = 1, observed = true } = facts;
  const [updated, all, available, ready] = facts.counts ?? [replicas, replicas, replicas, replicas];
  const { progressing = 'NewReplicaSetAvailable', failure } = facts;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `shop-${process}`, namespace: 'default', generation: 5 },
    spec: {
      replicas,
      selector: {},
      template: { metadata: { labels: { [labels.release]: `${release}` } }, spec: { containers: [] } },
    },
    status: {
      observedGeneration: observed ? 5 : 4,
      updatedReplicas: updated,
      replicas: all,
      availableReplicas: available,
      readyReplicas: ready,
      conditions: [
        {
          type: 'Progressing',
          status: progressing === 'ProgressDeadlineExceeded' ? 'False' : 'True',
          reason: progressing,
          message: `it says ${progressing}`,
        },
        ...(failure === undefined
          ? []
          : [{ type: 'ReplicaFailure', status: 'True' as const, reason: 'FailedCreate', message: failure }]),
      ],
    },
  };
};

interface PodFacts {
  readonly name?: string;
  readonly release?: number;
  readonly process?: string;
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly state?: NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]['state'];
  readonly exitCode?: number;
  readonly deleting?: boolean;
  readonly phase?: NonNullable<Pod['status']>['phase'];
  /** Seconds since the epoch. */
  readonly created?: number;
  readonly unscheduled?: string;
}

export const aPod = (facts: PodFacts = {}): Pod => {
  const { name = 'shop-web-x', release = 2, process = 'web', deleting = false, created = 0 } = facts;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      labels: { [labels.app]: 'shop', [labels.process]: process, [labels.release]: `${release}` },
      creationTimestamp: new Date(created * 1000).toISOString(),
      ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: { containers: [{ name: process }] },
    status: podStatus(facts),
  };
};

const podStatus = (facts: PodFacts): NonNullable<Pod['status']> => {
  const { process = 'web', ready = false, restarts = 0, exitCode, state = { running: {} } } = facts;
  const conditions = [{ type: 'Ready', status: ready ? ('True' as const) : ('False' as const) }];
  const { phase = 'Running', unscheduled: message } = facts;
  if (message !== undefined) {
    const scheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const;
    return { phase: 'Pending', conditions: [...conditions, scheduled] };
  }
  const container = {
    name: process,
    ready,
    restartCount: restarts,
    image: 'i',
    imageID: 'i',
    state,
    ...(exitCode === undefined ? {} : { lastState: { terminated: { exitCode } } }),
  };
  return { phase, conditions, containerStatuses: [container] };
};

export const aRoute = (
  name: string,
  host: string,
  facts: { created?: string; own?: boolean } = {},
): HTTPRoute => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: {
    name,
    namespace: 'default',
    uid: `uid-${name}`,
    creationTimestamp: facts.created ?? '2026-01-01T00:00:00Z',
    ...(facts.own === true ? owned : {}),
  },
  spec: { hostnames: [host] },
});
