import type { KubeObject } from '@fairlead/kube';
import type { ResourceList } from './amounts.ts';

/** A `ResourceQuota`. What its status has as `hard` is enforced: a controller copies it from the spec. */
export interface ResourceQuota extends KubeObject {
  readonly spec?: {
    readonly hard?: ResourceList;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: { readonly matchExpressions?: readonly Scope[] };
  };
  readonly status?: { readonly hard?: ResourceList; readonly used?: ResourceList };
}

/** Of which objects a quota speaks. */
export interface Scope {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** All of them must fit an object for the quota to hold for it. */
export const scopesOf = ({ spec }: ResourceQuota): readonly Scope[] => [
  ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })),
  ...(spec?.scopeSelector?.matchExpressions ?? []),
];

/** Whether one of an object's names (of its priority class, say) fits a scope; `undefined` stands for none. */
export const fitsNames = ({ operator, values = [] }: Scope, names: readonly string[]): boolean => {
  switch (operator) {
    case 'In':
      return names.some((name) => values.includes(name));
    case 'NotIn':
      return names.length === 0 || names.some((name) => !values.includes(name));
    case 'DoesNotExist':
      return names.length === 0;
    default:
      return names.length > 0;
  }
};
