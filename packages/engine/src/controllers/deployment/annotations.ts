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
  const digits = digitsIn(object, annotation);
  return digits === undefined ? undefined : Number(digits);
}

const digitsIn = ({ metadata }: KubeObject, annotation: string): string | undefined =>
  /^\d+$/.exec(metadata.annotations?.[annotation] ?? '')?.[0];

/** 64 bits: who adopts sets of another's making counts on from their numbers. */
export const revisionOf = (object: KubeObject): bigint => BigInt(digitsIn(object, revision) ?? 0);

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
  const next = facts.oldSets.map(revisionOf).reduce((a, b) => (b > a ? b : a), 0n) + 1n;
  const current = facts.newSet === undefined ? 0n : revisionOf(facts.newSet);
  if (current >= next) return annotations;
  const renewed = { ...annotations, [revision]: String(next) };
  if (current === 0n) return renewed;
  return { ...renewed, [revisionHistory]: remember(before[revisionHistory], current) };
}

function remember(history: string | undefined, current: bigint): string {
  const revisions = [...(history ?? '').split(',').filter(Boolean), String(current)];
  while (revisions.join(',').length > historyLimit) revisions.shift();
  return revisions.join(',');
}
