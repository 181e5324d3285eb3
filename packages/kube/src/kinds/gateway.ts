import type { KubeObject } from '../object.ts';
import { type Kind, kind } from './kind.ts';
import type { Condition } from './meta.ts';

export interface ParentReference {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
}

export interface HTTPRouteMatch {
  readonly path?: { readonly type?: 'Exact' | 'PathPrefix' | 'RegularExpression'; readonly value?: string };
  readonly headers?: readonly { readonly type?: string; readonly name: string; readonly value: string }[];
  readonly queryParams?: readonly { readonly type?: string; readonly name: string; readonly value: string }[];
  readonly method?: string;
}

export interface HTTPBackendRef {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly port?: number;
  readonly weight?: number;
}

/** Which requests go where (Gateway API v1). */
export interface HTTPRoute extends KubeObject {
  readonly spec: {
    readonly parentRefs?: readonly ParentReference[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly {
      readonly name?: string;
      readonly matches?: readonly HTTPRouteMatch[];
      readonly filters?: readonly ({ readonly type: string } & Readonly<Record<string, unknown>>)[];
      readonly backendRefs?: readonly HTTPBackendRef[];
      readonly timeouts?: { readonly request?: string; readonly backendRequest?: string };
    }[];
  };
  readonly status?: {
    readonly parents?: readonly {
      readonly parentRef: ParentReference;
      readonly controllerName: string;
      readonly conditions?: readonly Condition[];
    }[];
  };
}

export const httpRoutes: Kind<HTTPRoute> = kind({
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  kind: 'HTTPRoute',
  resource: 'httproutes',
  namespaced: true,
});
