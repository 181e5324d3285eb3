import type { KubeObject } from '@fairlead/kube';
import { type FieldError, forbidden } from '../../schema/field-error.ts';
import { equalJson } from '../../schema/json.ts';
import type { Rules } from '../rules.ts';

/** A Secret or a ConfigMap. */
interface Holder extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

const immutableErrors = (next: Holder, old: Holder): FieldError[] => {
  if (old.immutable !== true) return [];
  const why = 'field is immutable when `immutable` is set';
  return [
    ...(next.immutable === true ? [] : [forbidden('immutable', why)]),
    ...(equalJson(next.data ?? {}, old.data ?? {}) ? [] : [forbidden('data', why)]),
  ];
};

/** Of Secrets and ConfigMaps: one that says so never changes again. */
export const immutableRules: Rules = {
  validate: (next: Holder, old: Holder | undefined) => (old === undefined ? [] : immutableErrors(next, old)),
};
