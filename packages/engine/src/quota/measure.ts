import type { KubeObject } from '@fairlead/kube';
import type { Quantity } from '../schema/quantity.ts';
import { type Amounts, scalar } from './amounts.ts';
import { claims } from './claims.ts';
import { pods } from './pods.ts';
import type { Scope } from './quota.ts';
import { services } from './services.ts';

/** How the objects of one kind count against a quota (kubernetes, quota/v1/evaluator). */
export interface Measure {
  /** Whether a quota over this resource is about the kind. */
  counts(resource: string): boolean;
  /** Whether an object is one of those that a scope speaks of. */
  fits(scope: Scope, object: KubeObject): boolean;
  /** Milliseconds since 1970: a pod that should be gone no longer counts. */
  usage(object: KubeObject, now: number): Amounts;
  /** Changes that may count more; creations always do. */
  grows?(change: {
    readonly object: KubeObject;
    readonly old: KubeObject;
    readonly subresource: string;
  }): boolean;
  /** What an object lacks to be measured by a quota over these resources. */
  lacks?(object: KubeObject, resources: readonly string[]): string | undefined;
  /** Only how many there are counts, not what is in them. */
  readonly byNumber?: boolean;
}

/** Every kind can be counted: as `count/deployments.apps`, and some by a name of their own, too. */
export const measureOf = ({
  group,
  resource,
}: {
  readonly group: string;
  readonly resource: string;
}): Measure => {
  if (EVENTS.has(`${group}/${resource}`)) return byNumber([]);
  if (group !== '') return byNumber([countName(group, resource)]);
  return (
    CORE[resource] ?? byNumber([countName(group, resource), ...(ALIASED.has(resource) ? [resource] : [])])
  );
};

const CORE: Readonly<Record<string, Measure>> = { pods, services, persistentvolumeclaims: claims };
/** Kubernetes counts none of them, whichever group they are written to. */
const EVENTS = new Set(['/events', 'events.k8s.io/events']);
const ALIASED = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);

const countName = (group: string, resource: string): string =>
  `count/${resource}${group === '' ? '' : `.${group}`}`;

const byNumber = (names: readonly string[]): Measure => {
  const one: Amounts = new Map<string, Quantity>(names.map((name) => [name, scalar(1)]));
  return { counts: (name) => names.includes(name), fits: () => false, usage: () => one, byNumber: true };
};
