import { type LabelSelector, matchesSelector } from '@fairlead/kube';
import type { Place } from '../../../schema/place.ts';
import { judgeTemplate, type Template } from '../pod/template.ts';
import { judgeLabelSelector } from '../selector.ts';

/** What a set of pods says of itself. */
export interface SetSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly selector?: LabelSelector | null;
  readonly template?: Template;
}

/**
 * A selector, and a template whose labels it selects.
 *
 * @param words.kind as Kubernetes calls it in a sentence about an empty selector
 * @param words.broken what it says of a selector that cannot be read
 */
export const judgeSelectedTemplate = (
  { selector: given, template = {} }: SetSpec,
  words: { readonly kind: string; readonly set: string; readonly broken: string },
  at: Place,
): void => {
  const selector = given ?? undefined;
  const here = at.field('selector');
  const before = at.found.length;
  if (selector === undefined) here.required();
  else judgeLabelSelector(selector, here);
  const broken = selector !== undefined && at.found.length > before;
  if (selector !== undefined && isEmptySelector(selector)) {
    here.invalid(selector, `empty selector is invalid for ${words.kind}`);
  }
  if (broken) return here.invalid(selector, words.broken);
  judgeLabelsMatch(selector, template, at);
  judgeTemplate(template, at.field('template'));
  judgeLasting(template, words.set, at);
};

export const isEmptySelector = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean =>
  Object.keys(matchLabels).length + matchExpressions.length === 0;

/** A selector that is missing selects nothing. */
export const judgeLabelsMatch = (
  selector: LabelSelector | null | undefined,
  { metadata = {} }: Template,
  at: Place,
): void => {
  if (matchesSelector(selector ?? undefined, metadata.labels)) return;
  const here = at.field('template').field('metadata').field('labels');
  here.invalid(metadata.labels ?? null, '`selector` does not match template `labels`');
};

/** The pods of a set are started again for ever. */
export const judgeLasting = ({ spec = {} }: Template, set: string, at: Place): void => {
  const here = at.field('template').field('spec');
  if (spec.restartPolicy !== 'Always') {
    here.field('restartPolicy').unsupported(spec.restartPolicy ?? '', ['Always']);
  }
  if (spec.activeDeadlineSeconds === undefined) return;
  here.field('activeDeadlineSeconds').forbidden(`activeDeadlineSeconds in ${set} is not Supported`);
};
