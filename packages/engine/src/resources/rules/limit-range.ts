import type { KubeObject } from '@fairlead/kube';
import type { FieldError } from '../../schema/field-error.ts';
import { Place } from '../../schema/place.ts';
import { compareQuantity, quantityMilliValue } from '../../schema/quantity.ts';
import { qualifiedName } from '../formats.ts';
import type { Rules } from '../rules.ts';
import { canBeOvercommitted, judgeContainerResource, judgeResource, quantityOf } from './pod/resources.ts';

type Amounts = Readonly<Record<string, string>>;

interface Limit {
  readonly type?: string;
  readonly max?: Amounts;
  readonly min?: Amounts;
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
  readonly maxLimitRequestRatio?: Amounts;
}

interface LimitRange extends KubeObject {
  readonly spec?: { readonly limits?: readonly Limit[] };
}

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];

const limitRangeErrors = ({ spec = {} }: LimitRange): readonly FieldError[] => {
  const at = new Place('spec').field('limits');
  const seen = new Set<string>();
  for (const [index, limit] of (spec.limits ?? []).entries()) {
    const { type = '' } = limit;
    judgeType(type, at.index(index).field('type'));
    if (seen.has(type)) at.index(index).field('type').duplicate(type);
    seen.add(type);
    judgeLimit(limit, at.index(index));
  }
  return at.found;
};

const judgeType = (type: string, at: Place): void => {
  const faults = qualifiedName(type);
  if (faults.length > 0) at.faults(type, faults);
  else if (!type.includes('/') && !TYPES.includes(type)) {
    at.invalid(type, 'must be a standard limit type or fully qualified');
  }
};

const DEFAULTS = ['default', 'defaultRequest'] as const;

const judgeLimit = (limit: Limit, at: Place): void => {
  const judgeName =
    limit.type === 'Pod' || limit.type === 'Container' ? judgeContainerResource : judgeResource;
  const judgeNames = (field: keyof Limit): void => {
    for (const name of Object.keys(limit[field] ?? {})) judgeName(name, at.field(field).key(name));
  };
  judgeNames('max');
  judgeNames('min');
  for (const field of DEFAULTS) {
    if (limit.type !== 'Pod') judgeNames(field);
    else if (Object.keys(limit[field] ?? {}).length > 0) {
      at.field(field).forbidden("may not be specified when `type` is 'Pod'");
    }
  }
  if (limit.type === 'PersistentVolumeClaim' && !limit.min?.['storage'] && !limit.max?.['storage']) {
    at.field('limits').required(
      'either minimum or maximum storage value is required, but neither was provided',
    );
  }
  judgeNames('maxLimitRequestRatio');
  // Defaults of a pod are refused above, and not compared.
  const compared = limit.type === 'Pod' ? { ...limit, default: {}, defaultRequest: {} } : limit;
  const names = [limit.max, limit.min, compared.default, compared.defaultRequest, limit.maxLimitRequestRatio];
  for (const name of new Set(names.flatMap((amounts) => Object.keys(amounts ?? {})))) {
    judgeOrder(name, compared, at);
    judgeRatio(name, limit, at);
  }
};

/** Two amounts of which the first may not be more; who is shown as wrong, and how both are called. */
const ORDERS: readonly (readonly [
  less: keyof Limit,
  more: keyof Limit,
  at: keyof Limit,
  shown: keyof Limit,
  words: readonly [string, string],
])[] = [
  ['min', 'max', 'min', 'min', ['min', 'max']],
  ['min', 'defaultRequest', 'defaultRequest', 'defaultRequest', ['min', 'default request']],
  ['defaultRequest', 'max', 'defaultRequest', 'defaultRequest', ['default request', 'max']],
  ['defaultRequest', 'default', 'defaultRequest', 'defaultRequest', ['default request', 'default limit']],
  ['min', 'default', 'default', 'min', ['min', 'default']],
  ['default', 'max', 'default', 'max', ['default', 'max']],
];

const amountOf = (limit: Limit, field: string, name: string): string | undefined =>
  (limit as Readonly<Record<string, Amounts | undefined>>)[field]?.[name];

const judgeOrder = (name: string, limit: Limit, at: Place): void => {
  for (const [less, more, place, shown, [lessWord, moreWord]] of ORDERS) {
    const [low, high] = [amountOf(limit, less, name), amountOf(limit, more, name)];
    if (low === undefined || high === undefined) continue;
    if (compareQuantity(quantityOf(low), quantityOf(high)) <= 0) continue;
    const why = `${lessWord} value ${low} is greater than ${moreWord} value ${high}`;
    at.field(place)
      .key(name)
      .invalid(amountOf(limit, shown, name), why);
  }
  const [own, request] = [limit.default?.[name], limit.defaultRequest?.[name]];
  if (canBeOvercommitted(name) || own === undefined || request === undefined) return;
  if (compareQuantity(quantityOf(own), quantityOf(request)) === 0) return;
  const why = `default value ${own} must equal to defaultRequest value ${request} in ${name}`;
  at.field('defaultRequest').key(name).invalid(request, why);
};

const judgeRatio = (name: string, { min, max, maxLimitRequestRatio }: Limit, at: Place): void => {
  const text = maxLimitRequestRatio?.[name];
  if (text === undefined) return;
  const here = at.field('maxLimitRequestRatio').key(name);
  const milli = (amount: string): number => Number(quantityMilliValue(quantityOf(amount)));
  if (milli(text) < 1000) here.invalid(text, `ratio ${text} is less than 1`);
  const [least, most] = [min?.[name], max?.[name]];
  if (least === undefined || most === undefined) return;
  const widest = milli(most) / milli(least);
  if (milli(text) / 1000 > widest) {
    here.invalid(text, `ratio ${text} is greater than max/min = ${widest.toFixed(6)}`);
  }
};

/** A range whose bounds and defaults do not contradict each other. */
export const limitRangeRules: Rules = {
  complete: true,
  looks: ['whole'],
  drawsNames: true,
  validate: limitRangeErrors,
};
