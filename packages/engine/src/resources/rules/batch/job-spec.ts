import type { LabelSelector } from '@fairlead/kube';
import type { Place } from '../../../schema/place.ts';
import { dnsSubdomain } from '../../formats.ts';
import { judgeTemplate, type Template } from '../pod/template.ts';
import {
  judgeFailurePolicy,
  judgeSuccessPolicy,
  type PodFailurePolicy,
  type SuccessPolicy,
} from './job-policies.ts';

/** Work that ends. */
export interface JobSpec {
  readonly parallelism?: number;
  readonly completions?: number;
  readonly completionMode?: string;
  readonly activeDeadlineSeconds?: number;
  readonly backoffLimit?: number;
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly managedBy?: string;
  readonly suspend?: boolean;
  readonly podFailurePolicy?: PodFailurePolicy;
  readonly successPolicy?: SuccessPolicy;
  readonly podReplacementPolicy?: string;
  readonly manualSelector?: boolean;
  readonly selector?: LabelSelector;
  readonly template?: Template;
}

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

/** The rules for a job, of its own or of a CronJob (Kubernetes' validateJobSpec), without its selector. */
export const judgeJobSpec = (spec: JobSpec, at: Place): void => {
  for (const field of COUNTS) at.field(field).notNegative(spec[field]);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    at.field('backoffLimitPerIndex').required('when maxFailedIndexes is specified');
  }
  if (spec.managedBy !== undefined) judgeManager(spec.managedBy, at.field('managedBy'));
  judgeMode(spec, at);
  if (spec.podFailurePolicy) judgeFailurePolicy(spec, at.field('podFailurePolicy'));
  if (spec.successPolicy) judgeSuccessPolicy(spec, at.field('successPolicy'));
  judgeReplacement(spec, at.field('podReplacementPolicy'));
  judgeTemplate(spec.template ?? {}, at.field('template'));
  judgeRestarts(spec, at.field('template').field('spec').field('restartPolicy'));
};

const MANAGER_BYTES = 63;
const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

/** `example.com/controller` */
const judgeManager = (manager: string, at: Place): void => {
  const slash = manager.indexOf('/');
  const [domain, path] = [manager.slice(0, Math.max(slash, 0)), manager.slice(slash + 1)];
  if (manager === '') at.required();
  else if (slash < 0 || domain === '' || path === '') {
    at.invalid(manager, 'must be a domain-prefixed path (such as "acme.io/foo")');
  } else {
    at.faults(domain, dnsSubdomain(domain));
    if (!new RegExp(`^${PATH}$`).test(path)) {
      at.invalid(path, `Invalid path (regex used for validation is '${PATH}')`);
    }
  }
  if (manager.length > MANAGER_BYTES) at.tooLong(MANAGER_BYTES);
};

const MODES = ['NonIndexed', 'Indexed'];

const judgeMode = (spec: JobSpec, at: Place): void => {
  const { completionMode: mode } = spec;
  if (mode !== undefined && !MODES.includes(mode)) at.field('completionMode').unsupported(mode, MODES);
  if (mode === 'Indexed') judgeIndexed(spec, at);
  if (mode !== undefined && mode !== 'NonIndexed') return;
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
    if (spec[field] !== undefined) at.field(field).invalid(spec[field], 'requires indexed completion mode');
  }
};

const MOST = 100_000;
/** Of a job with more completions than the most others have. */
const MOST_OF_MANY = 10_000;

const judgeIndexed = (spec: JobSpec, at: Place): void => {
  const { completions, parallelism = 0, maxFailedIndexes: failed } = spec;
  if (completions === undefined) at.field('completions').required('when completion mode is Indexed');
  if (parallelism > MOST) {
    const why = `must be less than or equal to ${MOST} when completion mode is Indexed`;
    at.field('parallelism').invalid(parallelism, why);
  }
  const here = at.field('maxFailedIndexes');
  if (failed !== undefined && failed > (completions ?? failed)) {
    here.invalid(failed, 'must be less than or equal to completions');
  }
  if (failed !== undefined && failed > MOST) here.invalid(failed, `must be less than or equal to ${MOST}`);
  if ((completions ?? 0) > MOST && spec.backoffLimitPerIndex !== undefined) judgeMany(spec, at);
};

const judgeMany = ({ parallelism = 0, maxFailedIndexes: failed }: JobSpec, at: Place): void => {
  const words = `must be less than or equal to ${MOST_OF_MANY} when completions are above ${MOST} and used with backoff limit per index`;
  const here = at.field('maxFailedIndexes');
  if (failed === undefined) here.required(`must be specified when completions is above ${MOST}`);
  if (parallelism > MOST_OF_MANY) at.field('parallelism').invalid(parallelism, words);
  if (failed !== undefined && failed > MOST_OF_MANY) here.invalid(failed, words);
};

const judgeReplacement = ({ podReplacementPolicy: policy, podFailurePolicy }: JobSpec, at: Place): void => {
  const supported = podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed'];
  if (policy !== undefined && !supported.includes(policy)) at.unsupported(policy, supported);
};

const judgeRestarts = ({ template, podFailurePolicy }: JobSpec, at: Place): void => {
  const { restartPolicy = '' } = template?.spec ?? {};
  if (restartPolicy === 'Always' || restartPolicy === '') at.required('valid values: "OnFailure", "Never"');
  else if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never') {
    at.unsupported(restartPolicy, ['OnFailure', 'Never']);
  } else if (podFailurePolicy && restartPolicy !== 'Never') {
    at.invalid(restartPolicy, 'only "Never" is supported when podFailurePolicy is specified');
  }
};
