import type { KubeObject } from '@fairlead/kube';
import type { FieldError } from '../../../schema/field-error.ts';
import { Place } from '../../../schema/place.ts';
import { dnsSubdomain } from '../../formats.ts';
import { judgeObjectMeta } from '../../metadata-rules.ts';
import type { Rules } from '../../rules.ts';
import { judgeTemplate, type Template } from '../pod/template.ts';
import { setWarnings } from './deployment.ts';
import { replicaSetStatus } from './status.ts';
import { judgeLabelsMatch, judgeLasting } from './template.ts';

interface ReplicationController extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly selector?: Readonly<Record<string, string>>;
    readonly template?: Template;
  };
}

const errorsOf = ({ spec = {} }: ReplicationController): readonly FieldError[] => {
  const { selector = {}, template } = spec;
  const at = new Place('spec');
  at.field('minReadySeconds').notNegative(spec.minReadySeconds);
  if (Object.keys(selector).length === 0) at.field('selector').required();
  if (spec.replicas === undefined) at.field('replicas').required();
  at.field('replicas').notNegative(spec.replicas);
  if (template === undefined) {
    at.field('template').required();
    return at.found;
  }
  judgeLabelsMatch({ matchLabels: selector }, template, at);
  judgeTemplate(template, at.field('template'));
  judgeLasting(template, 'ReplicationController', at);
  return at.found;
};

/** Kubernetes looks at a change twice: as at a new one, and as at a change. */
export const replicationControllerRules: Rules = {
  complete: true,
  validate: (controller: ReplicationController, old) => {
    const errors = errorsOf(controller);
    if (old === undefined) return errors;
    const at = new Place('metadata');
    judgeObjectMeta(controller.metadata, dnsSubdomain, at);
    return [...at.found, ...errors, ...errors];
  },
  warnings: setWarnings,
  parts: { status: replicaSetStatus },
};
