import type { KubeObject } from '@fairlead/kube';
import type { FieldError } from '../../../schema/field-error.ts';
import { equalJson } from '../../../schema/json.ts';
import { Place } from '../../../schema/place.ts';
import type { Rules } from '../../rules.ts';
import { nameWarnings, templateWarnings } from '../pod/warnings.ts';
import { judgeDeploymentStrategy, type Strategy } from './rollout.ts';
import { deploymentStatus, replicaSetStatus } from './status.ts';
import { judgeSelectedTemplate, type SetSpec } from './template.ts';

interface DeploymentSpec extends SetSpec {
  readonly strategy?: Strategy;
  readonly progressDeadlineSeconds?: number;
}

interface Deployment extends KubeObject {
  readonly spec?: DeploymentSpec;
}

const WORDS = { kind: 'deployment', set: 'ReplicaSet', broken: 'invalid label selector' };

const deploymentErrors = ({ spec = {} }: Deployment, old: Deployment | undefined): readonly FieldError[] => {
  const at = new Place('spec');
  at.field('replicas').notNegative(spec.replicas);
  judgeSelectedTemplate(spec, WORDS, at);
  judgeDeploymentStrategy(spec.strategy ?? {}, at.field('strategy'));
  at.field('minReadySeconds').notNegative(spec.minReadySeconds);
  at.field('revisionHistoryLimit').notNegative(spec.revisionHistoryLimit);
  judgeDeadline(spec, at.field('progressDeadlineSeconds'));
  if (old !== undefined) judgeSameSelector(spec, old.spec ?? {}, at);
  return at.found;
};

const judgeDeadline = (
  { progressDeadlineSeconds: deadline, minReadySeconds = 0 }: DeploymentSpec,
  at: Place,
): void => {
  at.notNegative(deadline);
  if (deadline !== undefined && deadline <= minReadySeconds) {
    at.invalid(deadline, 'must be greater than minReadySeconds');
  }
};

const judgeSameSelector = (next: SetSpec, old: SetSpec, at: Place): void => {
  if (equalJson(next.selector, old.selector)) return;
  at.field('selector').invalid(next.selector ?? null, 'field is immutable');
};

/** Whoever changes nothing that counts is not warned again. */
export const setWarnings = (
  set: KubeObject & { readonly spec?: SetSpec },
  old: KubeObject | undefined,
): readonly string[] => {
  if (old === undefined) return [...nameWarnings(set.metadata.name), ...templateWarnings(set.spec?.template)];
  return set.metadata.generation === old.metadata.generation ? [] : templateWarnings(set.spec?.template);
};

export const deploymentRules: Rules = {
  complete: true,
  validate: deploymentErrors,
  warnings: setWarnings,
  parts: { status: deploymentStatus },
};

interface ReplicaSet extends KubeObject {
  readonly spec?: SetSpec;
}

const replicaSetErrors = ({ spec = {} }: ReplicaSet, old: ReplicaSet | undefined): readonly FieldError[] => {
  const at = new Place('spec');
  at.field('replicas').notNegative(spec.replicas);
  at.field('minReadySeconds').notNegative(spec.minReadySeconds);
  judgeSelectedTemplate(spec, WORDS, at);
  if (old !== undefined) judgeSameSelector(spec, old.spec ?? {}, at);
  return at.found;
};

export const replicaSetRules: Rules = {
  complete: true,
  validate: replicaSetErrors,
  warnings: setWarnings,
  parts: { status: replicaSetStatus },
};
