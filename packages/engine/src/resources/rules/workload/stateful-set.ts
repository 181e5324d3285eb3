import type { KubeObject } from '@fairlead/kube';
import type { FieldError } from '../../../schema/field-error.ts';
import { equalJson } from '../../../schema/json.ts';
import { Place } from '../../../schema/place.ts';
import { dnsLabel } from '../../formats.ts';
import { judgeAnnotations, judgeLabels } from '../../metadata-rules.ts';
import type { Rules } from '../../rules.ts';
import { judgePodAnnotations } from '../pod/annotations.ts';
import { judgeTemplate, type Template } from '../pod/template.ts';
import { templateWarnings } from '../pod/warnings.ts';
import { judgeLabelSelector } from '../selector.ts';
import { type ClaimSpec, judgeClaimSpec } from '../storage/claim.ts';
import { judgeStatefulStrategy, type Strategy } from './rollout.ts';
import { statefulSetStatus } from './status.ts';
import { isEmptySelector, judgeLabelsMatch, judgeLasting, type SetSpec } from './template.ts';

interface StatefulSetSpec extends SetSpec {
  readonly podManagementPolicy?: string;
  readonly updateStrategy?: Strategy;
  readonly serviceName?: string;
  readonly ordinals?: { readonly start?: number };
  readonly volumeClaimTemplates?: readonly ClaimTemplate[];
  readonly persistentVolumeClaimRetentionPolicy?: {
    readonly whenDeleted?: string;
    readonly whenScaled?: string;
  };
}

interface ClaimTemplate {
  readonly metadata?: { readonly name?: string };
  readonly spec?: ClaimSpec;
}

interface StatefulSet extends KubeObject {
  readonly spec?: StatefulSetSpec;
}

const judgeSpec = (spec: StatefulSetSpec, isNew: boolean, at: Place): void => {
  judgeManagement(spec.podManagementPolicy ?? '', at.field('podManagementPolicy'));
  judgeStatefulStrategy(spec.updateStrategy ?? {}, at.field('updateStrategy'));
  judgeRetention(spec.persistentVolumeClaimRetentionPolicy, at.field('persistentVolumeClaimRetentionPolicy'));
  // Later they stay as they are, whatever that is.
  if (isNew) judgeClaims(spec.volumeClaimTemplates ?? [], at.field('volumeClaimTemplates'));
  at.field('replicas').notNegative(spec.replicas);
  at.field('minReadySeconds').notNegative(spec.minReadySeconds);
  at.field('ordinals.start').notNegative(spec.ordinals?.start);
  const { serviceName = '', selector } = spec;
  if (isNew && serviceName !== '') at.field('serviceName').faults(serviceName, dnsLabel(serviceName));
  const before = at.found.length;
  const here = at.field('selector');
  if (!selector) here.required();
  else judgeLabelSelector(selector, here);
  const broken = !!selector && at.found.length > before;
  if (selector && isEmptySelector(selector))
    here.invalid(selector, 'empty selector is invalid for statefulset');
  if (broken) here.invalid(selector, '');
  else judgeStatefulTemplate(spec, at);
  judgeLasting(spec.template ?? {}, 'StatefulSet', at);
};

const judgeClaims = (claims: readonly ClaimTemplate[], at: Place): void =>
  claims.forEach(({ spec = {} }, index) => judgeClaimSpec(spec, at.index(index).field('spec')));

const judgeManagement = (policy: string, at: Place): void => {
  if (policy === '') at.required();
  else if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    at.invalid(policy, "must be 'OrderedReady' or 'Parallel'");
  }
};

const RETENTIONS = ['Retain', 'Delete'];

const judgeRetention = (policy: StatefulSetSpec['persistentVolumeClaimRetentionPolicy'], at: Place): void => {
  if (policy === undefined) return;
  for (const when of ['whenDeleted', 'whenScaled'] as const) {
    const value = policy[when] ?? '';
    if (!RETENTIONS.includes(value)) at.field(when).unsupported(value, RETENTIONS);
  }
};

/** As its pods will be: claims become volumes, and names are given. Kubernetes looks at the labels twice. */
const judgeStatefulTemplate = (spec: StatefulSetSpec, at: Place): void => {
  const { template = {} } = spec;
  const { labels, annotations } = template.metadata ?? {};
  const here = at.field('template');
  judgeLabelsMatch(spec.selector, template, at);
  judgeTemplate(asPod(spec), here);
  if (labels) judgeLabels(labels, here.field('labels'));
  if (annotations) judgeAnnotations(annotations, here.field('annotations'));
  judgePodAnnotations(annotations, template.spec ?? {}, here.field('annotations'));
};

const asPod = ({ template = {}, volumeClaimTemplates: claims = [] }: StatefulSetSpec): Template => {
  const names = claims.map(({ metadata = {} }) => metadata.name ?? '');
  const made = names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const own = (template.spec?.volumes ?? []).filter(({ name = '' }) => !names.includes(name));
  return {
    ...template,
    spec: { ...template.spec, volumes: [...made, ...own], subdomain: '', hostname: '' },
  };
};

const CHANGEABLE = [
  'replicas',
  'template',
  'updateStrategy',
  'minReadySeconds',
  'ordinals',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
] as const;

const FORBIDDEN =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

const statefulSetErrors = (
  { spec = {} }: StatefulSet,
  old: StatefulSet | undefined,
): readonly FieldError[] => {
  const at = new Place('spec');
  judgeSpec(spec, old === undefined, at);
  if (old !== undefined && !equalJson(fixed(spec), fixed(old.spec ?? {}))) at.forbidden(FORBIDDEN);
  return at.found;
};

/** What of it cannot change. The state of a claim is no part of a template. */
const fixed = ({ volumeClaimTemplates = [], ...spec }: StatefulSetSpec): object => ({
  ...spec,
  ...Object.fromEntries(CHANGEABLE.map((field) => [field, undefined])),
  volumeClaimTemplates: volumeClaimTemplates.map((claim) => ({ ...claim, status: undefined })),
});

const NEGATIVE_HISTORY =
  'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended';

export const statefulSetRules: Rules = {
  complete: true,
  validate: statefulSetErrors,
  warnings: ({ metadata, spec = {} }: StatefulSet, old) => [
    ...(old?.metadata.generation === metadata.generation ? [] : templateWarnings(spec.template)),
    ...((spec.revisionHistoryLimit ?? 0) < 0 ? [NEGATIVE_HISTORY] : []),
  ],
  parts: { status: statefulSetStatus },
};
