import type { Deployment, KubeObject, ReplicaSet } from '@fairlead/kube';
import { boundsOf } from './bounds.ts';
import { replicasOf } from './facts.ts';

export const revision = 'deployment.kubernetes.io/revision';
export const revisionHistory = 'deployment.kubernetes.io/revision-history';
/** The number of pods that the Deployment wanted when a set was last sized. */
export const desiredReplicas = 'deployment.kubernetes.io/desired-replicas';
/** The same with the surge. */
export const maxReplicas = 'deployment.kubernetes.io/max-replicas';

/** Annotations that belong to one object and are not handed down from the Deployment to its set. */
const ownOnly: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  revision,
  revisionHistory,
  desiredReplicas,
  maxReplicas,
]);

/** Most characters of the history of revisions. */
const historyLimit = 2000;

export function numberIn(object: KubeObject, annotation: string): number | undefined {
  const text = object.metadata.annotations?.[annotation];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

export const revisionOf = (object: KubeObject): number => numberIn(object, revision) ?? 0;

/** What a set says about the sizes it was made for. */
export const sizes = (deployment: Deployment): Readonly<Record<string, string>> => ({
  [desiredReplicas]: String(replicasOf(deployment)),
  [maxReplicas]: String(replicasOf(deployment) + boundsOf(deployment).surge),
});

/**
 * The annotations of the present set: the Deployment's, and the highest revision. A set that comes
 * back after a rollback takes a new revision and remembers those it had.
 */
export function newSetAnnotations(facts: {
  readonly deployment: Deployment;
  readonly newSet: ReplicaSet | undefined;
  readonly oldSets: readonly ReplicaSet[];
}): Readonly<Record<string, string>> {
  const before = facts.newSet?.metadata.annotations ?? sizes(facts.deployment);
  const inherited = Object.entries(facts.deployment.metadata.annotations ?? {});
  const annotations = {
    ...before,
    ...Object.fromEntries(inherited.filter(([name]) => !ownOnly.has(name))),
  };
  const next = Math.max(0, ...facts.oldSets.map(revisionOf)) + 1;
  const current = facts.newSet === undefined ? 0 : revisionOf(facts.newSet);
  if (current >= next) return annotations;
  const renewed = { ...annotations, [revision]: String(next) };
  if (current === 0) return renewed;
  return { ...renewed, [revisionHistory]: remember(before[revisionHistory], current) };
}

function remember(history: string | undefined, current: number): string {
  const revisions = [...(history ?? '').split(',').filter(Boolean), String(current)];
  while (revisions.join(',').length > historyLimit) revisions.shift();
  return revisions.join(',');
}
