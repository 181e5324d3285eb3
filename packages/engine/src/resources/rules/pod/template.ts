import type { ObjectMeta } from '@fairlead/kube';
import type { Place } from '../../../schema/place.ts';
import { judgeAnnotations, judgeLabels } from '../../metadata-rules.ts';
import { judgePodAnnotations } from './annotations.ts';
import { judgePodSpec } from './spec.ts';
import type { PodSpec } from './types.ts';

/** What the pods of a set look like. */
export interface Template {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: PodSpec;
}

/** The rules for it (Kubernetes' ValidatePodTemplateSpec). */
export const judgeTemplate = ({ metadata = {}, spec = {} }: Template, at: Place): void => {
  const { labels, annotations } = metadata;
  if (labels) judgeLabels(labels, at.field('labels'));
  if (annotations) judgeAnnotations(annotations, at.field('annotations'));
  judgePodAnnotations(annotations, spec, at.field('annotations'));
  judgePodSpec(spec, undefined, at.field('spec'));
  if ((spec.ephemeralContainers ?? []).length > 0) {
    at.field('spec')
      .field('ephemeralContainers')
      .forbidden('ephemeral containers not allowed in pod template');
  }
};
