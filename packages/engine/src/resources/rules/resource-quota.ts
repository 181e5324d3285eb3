import type { KubeObject } from '@fairlead/kube';
import type { FieldError } from '../../schema/field-error.ts';
import { equalJson } from '../../schema/json.ts';
import { Place } from '../../schema/place.ts';
import { quantityMilliValue } from '../../schema/quantity.ts';
import type { Rules } from '../rules.ts';
import { COMPUTE, COUNTED, isExtended, isHugePages, judgeResource, quantityOf } from './pod/resources.ts';
import { printed } from './printed.ts';

type Amounts = Readonly<Record<string, string>>;

interface Expression {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

interface Spec {
  readonly hard?: Amounts;
  readonly scopes?: readonly string[];
  readonly scopeSelector?: { readonly matchExpressions?: readonly Expression[] };
}

interface ResourceQuota extends KubeObject {
  readonly spec?: Spec;
  readonly status?: { readonly hard?: Amounts; readonly used?: Amounts };
}

const QUOTA_NAMES = new Set([
  ...COUNTED,
  'requests.storage',
  ...[...COMPUTE].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
]);

const isQuotaName = (name: string): boolean =>
  QUOTA_NAMES.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-');

const judgeAmounts = (amounts: Amounts = {}, at: Place): void => {
  for (const [name, amount] of Object.entries(amounts)) {
    const here = at.key(name);
    judgeResource(name, here);
    if (!name.includes('/') && !isQuotaName(name)) {
      here.invalid(name, 'must be a standard resource for quota');
    }
    if (amount.startsWith('-')) here.invalid(amount, 'must be greater than or equal to 0');
    const isCounted = COUNTED.includes(name) || isExtended(name);
    if (isCounted && quantityMilliValue(quantityOf(amount)) % 1000n !== 0n) {
      here.invalid(amount, 'must be an integer');
    }
  }
};

const OF_PODS = ['pods', 'cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];
const OF_CLAIMS = ['persistentvolumeclaims', 'requests.storage'];

/** What a quota of a scope may count. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  Terminating: OF_PODS,
  NotTerminating: OF_PODS,
  BestEffort: ['pods'],
  NotBestEffort: OF_PODS,
  PriorityClass: OF_PODS,
  CrossNamespacePodAffinity: OF_PODS,
  VolumeAttributesClass: OF_CLAIMS,
};

const OPPOSITES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

/** One error for each resource that a scope cannot go with. */
const misfits = (scope: string, { hard = {} }: Spec): readonly string[] => {
  const fitting = SCOPES[scope];
  if (fitting === undefined) return [];
  return Object.keys(hard).filter((name) => isQuotaName(name) && !fitting.includes(name));
};

const judgeScopes = (spec: Spec, at: Place): void => {
  const { scopes = [] } = spec;
  for (const scope of scopes) {
    if (!(scope in SCOPES)) at.invalid(scopes, 'unsupported scope');
    misfits(scope, spec).forEach(() => at.invalid(scopes, 'unsupported scope applied to resource'));
  }
  judgeOpposites(scopes, spec, at);
};

const judgeOpposites = (names: readonly string[], spec: Spec, at: Place): void => {
  for (const pair of OPPOSITES) {
    if (pair.every((scope) => names.includes(scope))) at.invalid(spec.scopes ?? null, 'conflicting scopes');
  }
};

const WITHOUT_VALUES = [
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
];

const judgeSelector = (spec: Spec, at: Place): void => {
  const expressions = spec.scopeSelector?.matchExpressions ?? [];
  for (const { scopeName, operator, values = [] } of expressions) {
    if (!(scopeName in SCOPES)) at.field('scopeName').invalid(scopeName, 'unsupported scope');
    misfits(scopeName, spec).forEach(() =>
      at.invalid(
        printed('core.ScopeSelector', { matchExpressions: expressions }),
        'unsupported scope applied to resource',
      ),
    );
    if (WITHOUT_VALUES.includes(scopeName) && operator !== 'Exists') {
      const which =
        'ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';
      at.field('operator').invalid(operator, `must be 'Exists' when scope is any of ${which}`);
    }
    judgeOperator(operator, values, at);
  }
  judgeOpposites(
    expressions.map(({ scopeName }) => scopeName),
    spec,
    at,
  );
};

const judgeOperator = (operator: string, values: readonly string[], at: Place): void => {
  const when = (operators: string): string => `when \`operator\` is ${operators} for scope selector`;
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      at.field('values').required(`must be at least one value ${when("'In' or 'NotIn'")}`);
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      at.field('values').invalid(values, `must be no value ${when("'Exist' or 'DoesNotExist'")}`);
  } else at.field('operator').invalid(operator, 'not a valid selector operator');
};

const quotaErrors = (quota: ResourceQuota, old: ResourceQuota | undefined): FieldError[] => {
  const { spec = {} } = quota;
  const at = new Place('spec');
  judgeAmounts(spec.hard, at.field('hard'));
  judgeScopes(spec, at.field('scopes'));
  judgeSelector(spec, at.field('scopeSelector').field('matchExpressions'));
  if (old === undefined) return [...at.found, ...statusErrors(quota)];
  const sorted = (scopes: readonly string[] = []): readonly string[] => [...new Set(scopes)].toSorted();
  if (!equalJson(sorted(spec.scopes), sorted(old.spec?.scopes))) {
    at.field('scopes').invalid(spec.scopes ?? null, 'field is immutable');
  }
  return at.found;
};

const statusErrors = ({ status = {} }: ResourceQuota): FieldError[] => {
  const at = new Place('status');
  judgeAmounts(status.hard, at.field('hard'));
  judgeAmounts(status.used, at.field('used'));
  return at.found;
};

/** What a quota counts must be countable, and its scopes must fit that and stay. */
export const resourceQuotaRules: Rules = {
  complete: true,
  validate: quotaErrors,
  parts: { status: { validate: statusErrors } },
};
