import { isDeepStrictEqual } from 'node:util';
import { findCondition, isAlreadyExists, isControlledBy, type ReplicaSet, replicaSets } from '@fairlead/kube';
import type { Verdict } from '../conditions.ts';
import type { ControllerContext } from '../context.ts';
import { isNamespaceTerminating } from '../pods/create.ts';
import { messageOf } from '../pods/write.ts';
import { newSetAnnotations } from './annotations.ts';
import { desiredSet } from './children.ts';
import { progressing } from './conditions.ts';
import { needsNewSet } from './decide.ts';
import { type Facts, replicasOf } from './facts.ts';
import { sameTemplate } from './template.ts';

/** What became of the set of the present template in this pass. */
export interface Birth {
  /** What the condition Progressing says of it, when there is something new to say. */
  readonly verdict?: Verdict;
  /** Its name belongs to another template: the next attempt takes another name. */
  readonly collided?: true;
  readonly error?: unknown;
}

/** Makes the set of the present template when its time has come, or keeps what it inherits up to date. */
export async function ensureNewSet(facts: Facts, context: ControllerContext): Promise<Birth> {
  if (facts.newSet !== undefined) return keep(facts, facts.newSet, context);
  if (!needsNewSet(facts)) return {};
  const set = desiredSet(facts);
  const name = set.metadata.name ?? '';
  try {
    await context.client.resource(replicaSets).create(set);
    recordBirth(facts, { name, size: replicasOf(set as ReplicaSet) }, context);
    return { verdict: progressing('True', 'NewReplicaSetCreated', `Created new replica set "${name}"`) };
  } catch (error) {
    if (isAlreadyExists(error)) return { ...(await meet(facts, name, context)), error };
    if (isNamespaceTerminating(error)) return {};
    const message = `Failed to create new replica set "${name}": ${messageOf(error)}`;
    void context.recorder.record(facts.deployment, {
      type: 'Warning',
      reason: 'ReplicaSetCreateError',
      message,
    });
    return { verdict: progressing('False', 'ReplicaSetCreateError', message), error };
  }
}

function recordBirth(
  { deployment }: Facts,
  { name, size }: { readonly name: string; readonly size: number },
  { recorder }: ControllerContext,
): void {
  if (size === 0) return;
  const message = `Scaled up replica set ${name} from 0 to ${size}`;
  void recorder.record(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
}

/** The name is taken: by our own set, which the cache does not have yet, or by another template's. */
async function meet(facts: Facts, name: string, { client }: ControllerContext): Promise<Birth> {
  const { deployment } = facts;
  const namespace = deployment.metadata.namespace;
  const found = await client.resource(replicaSets).find({ namespace, name });
  if (found === undefined) return {};
  const ours = isControlledBy(found, deployment);
  return ours && sameTemplate(found.spec.template, deployment.spec.template) ? {} : { collided: true };
}

async function keep(facts: Facts, set: ReplicaSet, { client }: ControllerContext): Promise<Birth> {
  const annotations = newSetAnnotations(facts);
  const { minReadySeconds = 0 } = facts.deployment.spec;
  const same = isDeepStrictEqual({ ...set.metadata.annotations }, { ...annotations });
  if (!same || (set.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    const metadata = { resourceVersion: set.metadata.resourceVersion, annotations };
    await client
      .resource(replicaSets)
      .patch(set.metadata, { type: 'merge', body: { metadata, spec: { minReadySeconds } } });
  }
  if (findCondition(facts.deployment.status?.conditions, 'Progressing') !== undefined) return {};
  const message = `Found new replica set "${set.metadata.name}"`;
  return { verdict: progressing('True', 'FoundNewReplicaSet', message) };
}
