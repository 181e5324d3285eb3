import type { KubeObject } from '@fairlead/kube';
import type { FieldError } from '../../../schema/field-error.ts';
import { equalJson } from '../../../schema/json.ts';
import { Place } from '../../../schema/place.ts';
import type { Rules } from '../../rules.ts';
import { judgeTemplate } from '../pod/template.ts';
import { templateWarnings } from '../pod/warnings.ts';
import { judgeLabelSelector } from '../selector.ts';
import { judgeDaemonStrategy, type Strategy } from './rollout.ts';
import { daemonSetStatus } from './status.ts';
import { isEmptySelector, judgeLabelsMatch, judgeLasting, type SetSpec } from './template.ts';

interface DaemonSet extends KubeObject {
  readonly spec?: SetSpec & { readonly updateStrategy?: Strategy };
}

const daemonSetErrors = ({ spec = {} }: DaemonSet, old: DaemonSet | undefined): readonly FieldError[] => {
  const { selector, template = {} } = spec;
  const at = new Place('spec');
  const here = at.field('selector');
  if (old !== undefined && !equalJson(selector, old.spec?.selector)) {
    here.invalid(selector ?? null, 'field is immutable');
  }
  const before = at.found.length;
  judgeLabelSelector(selector, here);
  if (at.found.length === before) judgeLabelsMatch(selector, template, at);
  if (selector && isEmptySelector(selector))
    here.invalid(selector, 'empty selector is invalid for daemonset');
  judgeTemplate(template, at.field('template'));
  judgeLasting(template, 'DaemonSet', at);
  at.field('minReadySeconds').notNegative(spec.minReadySeconds);
  judgeDaemonStrategy(spec.updateStrategy ?? {}, at.field('updateStrategy'));
  at.field('revisionHistoryLimit').notNegative(spec.revisionHistoryLimit);
  return at.found;
};

/** Counts the templates that a DaemonSet has had; once a field, kept as an annotation. */
const COUNT = 'deprecated.daemonset.template.generation';

const counted = (set: DaemonSet, count: number): KubeObject => ({
  ...set,
  metadata: { ...set.metadata, annotations: { ...set.metadata.annotations, [COUNT]: String(count) } },
});

const countOf = ({ metadata }: DaemonSet): number => {
  const text = metadata.annotations?.[COUNT] ?? '';
  return /^-?\d+$/.test(text) ? Number(text) : 0;
};

export const daemonSetRules: Rules = {
  complete: true,
  shape: (set: DaemonSet, old: DaemonSet | undefined) => {
    if (old === undefined) return counted(set, Math.max(1, countOf(set)));
    const changed = !equalJson(set.spec?.template, old.spec?.template);
    return counted(set, countOf(old) + (changed ? 1 : 0));
  },
  validate: daemonSetErrors,
  warnings: ({ metadata, spec = {} }: DaemonSet, old) =>
    old?.metadata.generation === metadata.generation ? [] : templateWarnings(spec.template),
  parts: { status: daemonSetStatus },
};
