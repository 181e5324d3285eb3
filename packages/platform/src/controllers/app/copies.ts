import type { App, Release } from '@fairlead/api';
import { type Deployment, findCondition, type Pod } from '@fairlead/kube';
import { deploymentName } from '../names.ts';
import { lastingTrouble, presentTrouble, renderTrouble, unreadyPods } from '../pod-state.ts';
import { rolloutSeconds, wantedReplicas } from '../replicas.ts';

/** How the copies of one process fare. */
export interface Copies {
  readonly process: string;
  readonly wanted: number;
  readonly ready: number;
  /** Whether there is something to wait for: copies come or go, and none has taken too long yet. */
  readonly moving: boolean;
  /** Why some are not ready and will not be soon. */
  readonly trouble?: string;
}

export interface CopiesFacts {
  readonly app: App;
  readonly deployments: readonly Deployment[];
  readonly pods: readonly Pod[];
  readonly now: number;
}

/** The copies of every process of a release; none without one. */
export const copiesOf = (facts: CopiesFacts, release: Release | undefined): Copies[] =>
  Object.keys(release?.spec.processes ?? {}).map((process) => copiesOfProcess(facts, process));

const copiesOfProcess = (facts: CopiesFacts, process: string): Copies => {
  const { app } = facts;
  const name = deploymentName(app.metadata.name, process);
  const deployment = facts.deployments.find(({ metadata }) => metadata.name === name);
  const wanted = wantedReplicas(app, process, deployment);
  const ready = deployment?.status?.readyReplicas ?? 0;
  const settled = deployment !== undefined && isSettled(deployment, wanted);
  const trouble = deployment && !settled ? troubleOf(facts, process, deployment) : undefined;
  return {
    process,
    wanted,
    ready,
    moving: !settled && trouble === undefined,
    ...(trouble === undefined ? {} : { trouble }),
  };
};

/** Whether a Deployment has the size that is wanted, and all of it serves. */
const isSettled = ({ metadata, spec, status }: Deployment, wanted: number): boolean =>
  (spec.replicas ?? 1) === wanted &&
  status?.observedGeneration === metadata.generation &&
  [status?.replicas, status?.updatedReplicas, status?.availableReplicas].every(
    (count) => (count ?? 0) === wanted,
  );

const troubleOf = (facts: CopiesFacts, process: string, { status }: Deployment): string | undefined => {
  const unready = unreadyPods(facts.pods, facts.app, process);
  for (const pod of unready) {
    const trouble = lastingTrouble(pod) ?? (isLate(pod, facts) ? presentTrouble(pod) : undefined);
    if (trouble !== undefined) return renderTrouble(trouble);
  }
  // Kubernetes may refuse to make a copy at all: a quota, a policy.
  const refused = findCondition(status?.conditions, 'ReplicaFailure');
  return refused?.status === 'True' ? refused.message : undefined;
};

const isLate = (pod: Pod, facts: CopiesFacts): boolean => dueAt(pod, facts.app) <= facts.now;

const dueAt = ({ metadata }: Pod, app: App): number =>
  Date.parse(metadata.creationTimestamp ?? '') + rolloutSeconds(app) * 1000;

/** Milliseconds until the next copy has taken too long; undefined when none is awaited. */
export const untilNextLate = (facts: CopiesFacts, copies: readonly Copies[]): number | undefined => {
  const awaited = copies
    .filter(({ moving }) => moving)
    .flatMap(({ process }) => unreadyPods(facts.pods, facts.app, process))
    .map((pod) => dueAt(pod, facts.app) - facts.now);
  return awaited.length === 0 ? undefined : Math.max(0, Math.min(...awaited));
};
