import { OMITTED } from '../../../schema/field-error.ts';
import type { Place } from '../../../schema/place.ts';
import { qualifiedName } from '../../formats.ts';
import { printed } from '../printed.ts';
import { readIndexes } from './indexes.ts';
import type { JobSpec } from './job-spec.ts';

/** Which failures of pods count. */
export interface PodFailurePolicy {
  readonly rules?: readonly FailureRule[] | null;
}

interface FailureRule {
  readonly action?: string;
  readonly onExitCodes?: ExitCodes;
  readonly onPodConditions?: readonly { readonly type?: string; readonly status?: string }[];
}

interface ExitCodes {
  readonly containerName?: string;
  readonly operator?: string;
  readonly values?: readonly number[] | null;
}

/** When enough has succeeded. */
export interface SuccessPolicy {
  readonly rules?: readonly SuccessRule[] | null;
}

interface SuccessRule {
  readonly succeededIndexes?: string;
  readonly succeededCount?: number;
}

const RULES = 20;
const PATTERNS = 20;
const CODES = 255;
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

export const judgeFailurePolicy = (spec: JobSpec, at: Place): void => {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const { containers, initContainers } = spec.template?.spec ?? {};
  const names = [...(containers ?? []), ...(initContainers ?? [])].map(({ name = '' }) => name);
  const list = at.field('rules');
  if (rules.length > RULES) list.tooMany(rules.length, RULES);
  rules.forEach((rule, index) => {
    const here = list.index(index);
    const { action = '', onExitCodes: codes, onPodConditions: conditions = [] } = rule;
    if (action === 'FailIndex') {
      if (spec.backoffLimitPerIndex === undefined) {
        here.field('action').invalid(action, 'requires the backoffLimitPerIndex to be set');
      }
    } else judgeValue(action, ACTIONS, here.field('action'));
    if (codes) judgeExitCodes(codes, names, here.field('onExitCodes'));
    if (conditions.length > 0) judgePatterns(conditions, here.field('onPodConditions'));
    if (codes && conditions.length > 0) {
      here.invalid(OMITTED, 'specifying both OnExitCodes and OnPodConditions is not supported');
    }
    if (!codes && conditions.length === 0) {
      here.invalid(OMITTED, 'specifying one of OnExitCodes and OnPodConditions is required');
    }
  });
};

/** Here what is missing is told what there is. */
const judgeValue = (value: string, supported: readonly string[], at: Place): void => {
  if (value === '') at.required(`valid values: [${supported.map((one) => JSON.stringify(one)).join(' ')}]`);
  else if (!supported.includes(value)) at.unsupported(value, supported);
};

const judgePatterns = (patterns: NonNullable<FailureRule['onPodConditions']>, at: Place): void => {
  if (patterns.length > PATTERNS) at.tooMany(patterns.length, PATTERNS);
  patterns.forEach(({ type = '', status = '' }, index) => {
    at.index(index).field('type').faults(type, qualifiedName(type));
    judgeValue(status, ['False', 'True', 'Unknown'], at.index(index).field('status'));
  });
};

const judgeExitCodes = (
  { containerName, operator = '', values: given }: ExitCodes,
  names: readonly string[],
  at: Place,
): void => {
  const values = given ?? [];
  judgeValue(operator, ['In', 'NotIn'], at.field('operator'));
  if (containerName !== undefined && !names.includes(containerName)) {
    const why = 'must be one of the container or initContainer names in the pod template';
    at.field('containerName').invalid(containerName, why);
  }
  const list = at.field('values');
  if (values.length === 0) list.invalid(values, 'at least one value is required');
  else if (values.length > CODES) list.tooMany(values.length, CODES);
  values.forEach((value, index) => {
    if (operator === 'In' && value === 0)
      list.index(index).invalid(value, 'must not be 0 for the In operator');
    if (values.indexOf(value) < index) list.index(index).duplicate(value);
  });
  if (values.some((value, index) => index > 0 && (values[index - 1] as number) > value)) {
    list.invalid(values, 'must be ordered');
  }
};

const INDEX_BYTES = 64 * 1024;

export const judgeSuccessPolicy = (spec: JobSpec, at: Place): void => {
  const rules = spec.successPolicy?.rules ?? [];
  if (spec.completionMode !== 'Indexed') {
    return at.invalid(printed('batch.SuccessPolicy', spec.successPolicy), 'requires indexed completion mode');
  }
  const list = at.field('rules');
  if (rules.length === 0) {
    list.required('at least one rules must be specified when the successPolicy is specified');
  }
  if (rules.length > RULES) list.tooMany(rules.length, RULES);
  rules.forEach((rule, index) => judgeSuccessRule(rule, spec.completions ?? 0, list.index(index)));
};

const judgeSuccessRule = (rule: SuccessRule, completions: number, at: Place): void => {
  const { succeededIndexes: indexes, succeededCount: count } = rule;
  if (count === undefined && indexes === undefined) {
    at.required('at least one of succeededCount or succeededIndexes must be specified');
  }
  const here = at.field('succeededIndexes');
  const read = indexes === undefined ? undefined : readIndexes(indexes, completions);
  if (indexes !== undefined && indexes.length > INDEX_BYTES) here.tooLong(INDEX_BYTES);
  if (typeof read === 'string') here.invalid(indexes, `error parsing succeededIndexes: ${read}`);
  if (count === undefined) return;
  const there = at.field('succeededCount');
  there.notNegative(count);
  if (count > completions) {
    there.invalid(
      count,
      `must be less than or equal to ${completions} (the number of specified completions)`,
    );
  }
  const total = typeof read === 'number' ? read : 0;
  if (indexes === undefined || count <= total) return;
  const why = `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`;
  there.invalid(count, why);
};
