import { type KubeObject, matchesSelector } from '@fairlead/kube';
import type { FieldError } from '../../../schema/field-error.ts';
import { equalJson } from '../../../schema/json.ts';
import { Place } from '../../../schema/place.ts';
import { dnsLabel, dnsSubdomain } from '../../formats.ts';
import { judgeObjectMeta } from '../../metadata-rules.ts';
import type { Rules } from '../../rules.ts';
import type { Template } from '../pod/template.ts';
import { nameWarnings, templateWarnings } from '../pod/warnings.ts';
import { printed } from '../printed.ts';
import { judgeLabelSelector } from '../selector.ts';
import { judgeLabelsMatch } from '../workload/template.ts';
import { type JobSpec, judgeJobSpec } from './job-spec.ts';
import { type JobStatus, jobStatusErrors } from './job-status.ts';

export interface Job extends KubeObject {
  readonly spec?: JobSpec;
  readonly status?: JobStatus;
}

const UID = 'batch.kubernetes.io/controller-uid';
const NAME = 'batch.kubernetes.io/job-name';
/** Names from before labels of Kubernetes had a prefix. */
const OLD_UID = 'controller-uid';
const OLD_NAME = 'job-name';

/** A job finds its pods by its own uid, so that two jobs of one name never share them. */
const newJob = (job: Job): KubeObject => {
  const { spec = {}, metadata } = job;
  if (spec.manualSelector === true) return job;
  const { uid = '', name } = metadata;
  const own = { [OLD_NAME]: name, [NAME]: name, [OLD_UID]: uid, [UID]: uid };
  const { template = {}, selector = {} } = spec;
  const labels = { ...own, ...template.metadata?.labels };
  const next: JobSpec = {
    ...spec,
    selector: { ...selector, matchLabels: { [UID]: uid, ...selector.matchLabels } },
    template: { ...template, metadata: { ...template.metadata, labels } },
  };
  // Kubernetes gives a job without labels those of its template whenever it reads one.
  const named = Object.keys(metadata.labels ?? {}).length > 0 ? metadata : { ...metadata, labels };
  return { ...job, metadata: named, spec: next } as KubeObject;
};

const jobErrors = (job: Job, old: Job | undefined): readonly FieldError[] => {
  const found: FieldError[] = [];
  const at = new Place('spec', found);
  const { spec = {} } = job;
  if (old === undefined) {
    judgeWhole(job, true, at);
    return found;
  }
  // Kubernetes looks at a changed job as at a new one, and then at the change.
  judgeObjectMeta(job.metadata, dnsSubdomain, new Place('metadata', found));
  const { labels = {} } = old.spec?.template?.metadata ?? {};
  judgeWhole(job, labels[NAME] !== undefined && labels[UID] !== undefined, at);
  judgeSelected(spec, at);
  judgeJobChange(spec, old, at);
  return found;
};

const judgeWhole = (job: Job, prefixed: boolean, at: Place): void => {
  judgeOwnLabels(job, prefixed, at);
  judgeSelected(job.spec ?? {}, at);
  const { completionMode, completions = 0 } = job.spec ?? {};
  if (completionMode !== 'Indexed' || completions <= 0) return;
  // The last pod's host name has to be one.
  const host = `${job.metadata.name}-${completions - 1}`;
  if (dnsLabel(host).length === 0) return;
  const name = new Place('metadata.name', at.found);
  name.invalid(job.metadata.name, `will not able to create pod with invalid DNS label: ${host}`);
};

const judgeSelected = (spec: JobSpec, at: Place): void => {
  judgeJobSpec(spec, at);
  const here = at.field('selector');
  const before = at.found.length;
  if (spec.selector === undefined) here.required();
  else judgeLabelSelector(spec.selector, here);
  if (spec.selector === undefined || at.found.length === before)
    judgeLabelsMatch(spec.selector, spec.template ?? {}, at);
};

const judgeOwnLabels = ({ spec = {}, metadata }: Job, prefixed: boolean, at: Place): void => {
  if (spec.manualSelector === true || spec.selector === undefined) return;
  const { uid = '', name } = metadata;
  const { labels } = spec.template?.metadata ?? {};
  const old = { [OLD_UID]: uid, [OLD_NAME]: name };
  const wanted = prefixed ? { ...old, [UID]: uid, [NAME]: name } : old;
  const here = at.field('template').field('metadata').field('labels');
  for (const [key, value] of Object.entries(wanted)) {
    if (labels?.[key] === undefined) here.key(key).required(`must be '${value}'`);
    else if (labels[key] !== value) here.key(key).invalid(labels, `must be '${value}'`);
  }
  if (matchesSelector(spec.selector, wanted)) return;
  at.field('selector').invalid(spec.selector, '`selector` not auto-generated');
};

const IMMUTABLE = [
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
] as const;

const judgeJobChange = (next: JobSpec, old: Job, at: Place): void => {
  const { spec: before = {} } = old;
  judgeCompletions(next, before, at);
  judgeSame(next.selector, before.selector, at.field('selector'));
  const waits = before.suspend === true && old.status?.startTime === undefined;
  const template = waits ? withDirectivesOf(next.template, before.template) : before.template;
  if (!equalJson(next.template, template)) {
    at.field('template').invalid(printed('core.PodTemplateSpec', flat(next.template)), 'field is immutable');
  }
  for (const field of IMMUTABLE) judgeSame(next[field], before[field], at.field(field));
};

/** Kubernetes prints what is in the metadata beside the specification. */
const flat = ({ metadata, spec }: Template = {}): object => ({ ...metadata, spec });

const judgeSame = (next: unknown, old: unknown, at: Place): void => {
  if (!equalJson(next, old)) at.invalid(next ?? null, 'field is immutable');
};

/** An indexed job can be made longer together with its parallelism. */
const judgeCompletions = (next: JobSpec, old: JobSpec, at: Place): void => {
  const here = at.field('completions');
  if (next.completionMode !== 'Indexed') return judgeSame(next.completions, old.completions, here);
  if (next.completions === undefined || next.completions === old.completions) return;
  if (next.completions === next.parallelism) return;
  here.invalid(next.completions, 'can only be modified in tandem with spec.parallelism');
};

/** A suspended job that never ran may still be told where to run. */
const withDirectivesOf = (next: Template = {}, old: Template = {}): Template => {
  const { nodeAffinity } = next.spec?.affinity ?? {};
  const { nodeAffinity: _, ...others } = old.spec?.affinity ?? {};
  const affinity = { ...others, ...(nodeAffinity && { nodeAffinity }) };
  return {
    ...old,
    metadata: { ...old.metadata, labels: next.metadata?.labels, annotations: next.metadata?.annotations },
    spec: {
      ...old.spec,
      ...(next.spec?.affinity || Object.keys(others).length > 0 ? { affinity } : { affinity: undefined }),
      nodeSelector: next.spec?.nodeSelector,
      tolerations: next.spec?.tolerations,
      schedulingGates: next.spec?.schedulingGates,
    },
  };
};

const MANY_COMPLETIONS = 100_000;
const MUCH_PARALLELISM = 10_000;

export const jobSpecWarnings = (
  { completionMode, completions = 0, parallelism = 0, template }: JobSpec,
  field: string,
): readonly string[] => [
  ...(completionMode === 'Indexed' && completions > MANY_COMPLETIONS && parallelism > MUCH_PARALLELISM
    ? [
        `${field}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
      ]
    : []),
  ...templateWarnings(template, `${field}.template`),
];

export const jobRules: Rules = {
  complete: true,
  create: newJob,
  validate: jobErrors,
  warnings: ({ metadata, spec = {} }: Job, old) => {
    if (old !== undefined && old.metadata.generation === metadata.generation) return [];
    return [...(old === undefined ? nameWarnings(metadata.name) : []), ...jobSpecWarnings(spec, 'spec')];
  },
  parts: { status: { validate: (job: Job, old: Job) => jobStatusErrors(job, old) } },
};
