import type { JsonObject } from '../json.ts';
import { all, at, type Edit, fill, isAbsent, isFilled, objectOr } from './edit.ts';
import { podTemplate } from './pod.ts';

const ALL_RETRIES = 2_147_483_647;

/** The object gets its template's labels when it has none. */
const labelsOfTemplate: Edit = (object) => {
  const { labels } = objectOr(objectOr(objectOr(object.spec).template).metadata);
  if (!isFilled(labels) || isFilled(objectOr(object.metadata).labels)) return object;
  return { ...object, metadata: { ...objectOr(object.metadata), labels } };
};

const rolling = (defaults: JsonObject): Edit =>
  fill('rollingUpdate', ({ type }) => (type === 'RollingUpdate' ? defaults : undefined));

export const replicaSet: Edit = at('spec.template', podTemplate);

export const deployment: Edit = all(
  at('spec.strategy', rolling({ maxUnavailable: '25%', maxSurge: '25%' })),
  at('spec.template', podTemplate),
);

export const daemonSet: Edit = all(
  at('spec.updateStrategy', rolling({ maxUnavailable: 1, maxSurge: 0 })),
  at('spec.template', podTemplate),
);

/** Who names the type of the update gets no rolling update with it. */
const statefulUpdate: Edit = (strategy) => {
  if (!isAbsent(strategy.type)) return strategy;
  const partition = { partition: 0 };
  return { ...strategy, type: 'RollingUpdate', rollingUpdate: strategy.rollingUpdate ?? partition };
};

const claim: Edit = (template) =>
  template.kind === 'PersistentVolumeClaim' && template.apiVersion === 'v1'
    ? template
    : { apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...withoutType(template) };

function withoutType({ apiVersion: _, kind: __, ...rest }: JsonObject): JsonObject {
  return rest;
}

export const statefulSet: Edit = all(
  at('spec.updateStrategy', statefulUpdate),
  at('spec.volumeClaimTemplates[]', claim),
  at('spec.template', podTemplate),
);

const selectorOfTemplate: Edit = (spec) => {
  const { labels } = objectOr(objectOr(spec.template).metadata);
  return isFilled(labels) && !isFilled(spec.selector) ? { ...spec, selector: labels } : spec;
};

export const replicationController: Edit = all(
  at('spec.template', podTemplate),
  at('spec', selectorOfTemplate),
  labelsOfTemplate,
);

/** `parallelism` has its own default by now: 1 stands for none, as for one that was asked for. */
const completions: Edit = fill('completions', ({ parallelism }) => (isAbsent(parallelism) ? 1 : undefined));

const jobSpec: Edit = all(
  completions,
  fill('parallelism', () => 1),
  fill('backoffLimit', (spec) => (isAbsent(spec.backoffLimitPerIndex) ? 6 : ALL_RETRIES)),
  fill('podReplacementPolicy', (spec) =>
    isAbsent(spec.podFailurePolicy) ? 'TerminatingOrFailed' : 'Failed',
  ),
);

export const job: Edit = all(at('spec', jobSpec), at('spec.template', podTemplate), labelsOfTemplate);
export const cronJob: Edit = at('spec.jobTemplate.spec.template', podTemplate);
export const podTemplateKind: Edit = at('template', podTemplate);
