import type { KubeObject } from '@fairlead/kube';
import type { FieldError } from '../../schema/field-error.ts';
import { Place } from '../../schema/place.ts';
import { dnsLabel, pathSegment } from '../formats.ts';
import type { Rules } from '../rules.ts';
import { judgeContainerResource } from './pod/resources.ts';
import { countedStatus } from './workload/status.ts';

interface Reference {
  readonly kind?: string;
  readonly name?: string;
  readonly apiVersion?: string;
}

interface Target {
  readonly type?: string;
  readonly value?: string;
  readonly averageValue?: string;
  readonly averageUtilization?: number;
}

interface Source {
  readonly name?: string;
  readonly container?: string;
  readonly describedObject?: Reference;
  readonly metric?: { readonly name?: string };
  readonly target?: Target;
}

interface Metric {
  readonly type?: string;
  readonly object?: Source;
  readonly external?: Source;
  readonly pods?: Source;
  readonly resource?: Source;
  readonly containerResource?: Source;
}

interface Scaling {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: string;
  readonly policies?: readonly {
    readonly type?: string;
    readonly value?: number;
    readonly periodSeconds?: number;
  }[];
}

interface Spec {
  readonly scaleTargetRef?: Reference;
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly metrics?: readonly Metric[];
  readonly behavior?: { readonly scaleUp?: Scaling; readonly scaleDown?: Scaling };
}

interface Autoscaler extends KubeObject {
  readonly spec?: Spec;
}

const autoscalerErrors = ({ spec = {} }: Autoscaler, old: Autoscaler | undefined): readonly FieldError[] => {
  const { minReplicas: min, maxReplicas: max = 0, scaleTargetRef: target = {} } = spec;
  const at = new Place('spec');
  if (min !== undefined && min < 1) {
    at.field('minReplicas').invalid(min, 'must be greater than or equal to 1');
  }
  if (max < 1) at.field('maxReplicas').invalid(max, 'must be greater than 0');
  if (min !== undefined && max < min) {
    at.field('maxReplicas').invalid(max, 'must be greater than or equal to `minReplicas`');
  }
  const { scaleTargetRef: before } = old?.spec ?? {};
  const known = before?.kind === target.kind && before?.apiVersion === target.apiVersion;
  const groupless = target.kind === 'ReplicationController';
  judgeReference(target, { any: known && old !== undefined, groupless }, at.field('scaleTargetRef'));
  judgeMetrics(spec, at.field('metrics'));
  const { scaleUp, scaleDown } = spec.behavior ?? {};
  if (scaleUp) judgeScaling(scaleUp, at.field('behavior').field('scaleUp'));
  if (scaleDown) judgeScaling(scaleDown, at.field('behavior').field('scaleDown'));
  return at.found;
};

/** `any`: no version is asked for; `groupless`: one of the core group will do. */
const judgeReference = (
  reference: Reference,
  { any, groupless }: { readonly any: boolean; readonly groupless: boolean },
  at: Place,
): void => {
  for (const field of ['kind', 'name'] as const) {
    const value = reference[field] ?? '';
    if (value === '') at.field(field).required();
    else at.field(field).faults(value, pathSegment(value));
  }
  const { apiVersion = '' } = reference;
  const parts = apiVersion.split('/');
  if (any) return;
  if (parts.length > 2) {
    at.field('apiVersion').invalid(apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  } else if (!groupless && (parts.length === 1 || parts[0] === '')) {
    at.field('apiVersion').invalid(apiVersion, 'apiVersion must specify API group');
  }
};

/** In the order in which Kubernetes looks for them. */
const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;
const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

const judgeMetrics = ({ metrics = [], minReplicas }: Spec, at: Place): void => {
  metrics.forEach((metric, index) => judgeMetric(metric, at.index(index)));
  const fromNothing = metrics.some(({ type }) => type === 'Object' || type === 'External');
  if (minReplicas !== 0 || fromNothing) return;
  at.forbidden('must specify at least one Object or External metric to support scaling to zero replicas');
};

const judgeMetric = (metric: Metric, at: Place): void => {
  const { type = '' } = metric;
  if (type === '') at.field('type').required('must specify a metric source type');
  if (!TYPES.includes(type)) at.field('type').unsupported(type, TYPES);
  const given = SOURCES.filter((source) => metric[source] !== undefined);
  const [first] = given;
  if (first !== undefined) JUDGES[first](metric[first] as Source, at.field(first));
  const wanted = SOURCES.find((source) => source.toLowerCase() === type.toLowerCase());
  if (wanted === undefined) at.field('type').unsupported(type, TYPES);
  else if (metric[wanted] === undefined) {
    at.field(wanted).required('must populate information for the given metric source');
  }
  if (given.length === 1) return;
  for (const source of given) {
    if (source !== wanted) at.field(source).forbidden('must populate the given metric source only');
  }
};

const judgeIdentifier = ({ metric = {} }: Source, at: Place): void => {
  const { name = '' } = metric;
  const here = at.field('metric').field('name');
  if (name === '') here.required('must specify a metric name');
  else here.faults(name, pathSegment(name));
};

const TARGETS = ['Utilization', 'Value', 'AverageValue'];

const judgeTarget = ({ target = {} }: Source, at: Place): void => {
  const { type = '', averageUtilization: utilization } = target;
  const here = at.field('target');
  if (type === '') here.field('type').required('must specify a metric target type');
  if (!TARGETS.includes(type)) {
    here.field('type').invalid(type, 'must be either Utilization, Value, or AverageValue');
  }
  for (const field of ['value', 'averageValue'] as const) {
    const value = target[field];
    if (value !== undefined && /^(-|0+[a-zA-Z]*$)/.test(value))
      here.field(field).invalid(value, 'must be positive');
  }
  if (utilization !== undefined && utilization < 1) {
    here.field('averageUtilization').invalid(utilization, 'must be greater than 0');
  }
};

const judgeUtilization = ({ target = {} }: Source, at: Place): void => {
  const { averageUtilization: utilization, averageValue: value } = target;
  if (utilization === undefined && value === undefined) {
    const why = 'must set either a target raw value or a target utilization';
    at.field('target').field('averageUtilization').required(why);
  }
  if (utilization === undefined || value === undefined) return;
  at.field('target')
    .field('averageValue')
    .forbidden('may not set both a target raw value and a target utilization');
};

const isBare = ({ target = {} }: Source): boolean =>
  target.value === undefined && target.averageValue === undefined;

const JUDGES: Readonly<Record<(typeof SOURCES)[number], (source: Source, at: Place) => void>> = {
  object: (source, at) => {
    judgeReference(
      source.describedObject ?? {},
      { any: false, groupless: true },
      at.field('describedObject'),
    );
    judgeIdentifier(source, at);
    judgeTarget(source, at);
    if (!isBare(source)) return;
    at.field('target').field('averageValue').required('must set either a target value or averageValue');
  },
  external: (source, at) => {
    const average = at.field('target').field('averageValue');
    judgeIdentifier(source, at);
    judgeTarget(source, at);
    if (isBare(source)) average.required('must set either a target value for metric or a per-pod target');
    if (source.target?.value === undefined || source.target.averageValue === undefined) return;
    const why = 'may not set both a target value for metric and a per-pod target';
    at.field('target').field('value').forbidden(why);
  },
  pods: (source, at) => {
    judgeIdentifier(source, at);
    judgeTarget(source, at);
    if (source.target?.averageValue !== undefined) return;
    at.field('target').field('averageValue').required('must specify a positive target averageValue');
  },
  resource: (source, at) => {
    if ((source.name ?? '') === '') at.field('name').required('must specify a resource name');
    judgeTarget(source, at);
    judgeUtilization(source, at);
  },
  containerResource: (source, at) => {
    const { name = '', container = '' } = source;
    if (name === '') at.field('name').required('must specify a resource name');
    else judgeContainerResource(name, at.field('name'));
    if (container === '') at.field('container').required('must specify a container');
    else at.field('container').faults(container, dnsLabel(container));
    judgeTarget(source, at);
    judgeUtilization(source, at);
  },
};

const MOST_WINDOW_SECONDS = 3600;
const MOST_PERIOD_SECONDS = 1800;
const SELECTIONS = ['Disabled', 'Max', 'Min'];

const judgeScaling = (
  { stabilizationWindowSeconds: window, selectPolicy, policies = [] }: Scaling,
  at: Place,
): void => {
  const here = at.field('stabilizationWindowSeconds');
  if (window !== undefined && window < 0) here.invalid(window, 'must be greater than or equal to zero');
  if (window !== undefined && window > MOST_WINDOW_SECONDS) {
    here.invalid(window, `must be less than or equal to ${MOST_WINDOW_SECONDS}`);
  }
  if (selectPolicy !== undefined && !SELECTIONS.includes(selectPolicy)) {
    at.field('selectPolicy').unsupported(selectPolicy, SELECTIONS);
  }
  if (policies.length === 0) at.field('policies').required('must specify at least one Policy');
  policies.forEach(({ type = '', value = 0, periodSeconds = 0 }, index) => {
    const policy = at.field('policies').index(index);
    if (type !== 'Pods' && type !== 'Percent') policy.field('type').unsupported(type, ['Percent', 'Pods']);
    if (value <= 0) policy.field('value').invalid(value, 'must be greater than zero');
    const period = policy.field('periodSeconds');
    if (periodSeconds <= 0) period.invalid(periodSeconds, 'must be greater than zero');
    if (periodSeconds > MOST_PERIOD_SECONDS) {
      period.invalid(periodSeconds, `must be less than or equal to ${MOST_PERIOD_SECONDS}`);
    }
  });
};

/** The rules for autoscaling/v2, in which autoscalers are stored. */
export const autoscalerRules: Rules = {
  complete: true,
  validate: autoscalerErrors,
  parts: { status: countedStatus({ counts: ['currentReplicas', 'desiredReplicas'] }) },
};
