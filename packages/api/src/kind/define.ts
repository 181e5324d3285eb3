import type { Static, TObject, TSchema } from 'typebox';

/** A column of `kubectl get` (CustomResourceColumnDefinition v1). */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  readonly jsonPath: string;
  /** 0 shows always, 1 with `-o wide` only. */
  readonly priority?: number;
}

/** A noun of the product: the one place from which its type, CRD, defaults and docs are made. */
export interface KindDefinition<Spec extends TSchema, State extends TSchema> {
  readonly group: 'fairlead.dev';
  readonly version: 'v1alpha1';
  readonly kind: string;
  /** Lower-case plural, as in the URL. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly description: string;
  readonly spec: Spec;
  readonly status: State;
  readonly columns: readonly Column[];
}

/** Declares a noun. */
export const defineKind = <Spec extends TObject, State extends TObject>(
  definition: Omit<KindDefinition<Spec, State>, 'group' | 'version'>,
): KindDefinition<Spec, State> => ({ group: 'fairlead.dev', version: 'v1alpha1', ...definition });

/** The object that a kind's schema describes. `metadata` is that of any Kubernetes object. */
export interface ObjectOf<Kind extends KindDefinition<TSchema, TSchema>> {
  readonly apiVersion: 'fairlead.dev/v1alpha1';
  readonly kind: Kind['kind'];
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly spec: Static<Kind['spec']>;
  readonly status?: Static<Kind['status']>;
}

/** How a kind is addressed; the shape that `@fairlead/kube` calls a resource type. */
export const resourceTypeOf = (kind: KindDefinition<TSchema, TSchema>) => ({
  group: kind.group,
  version: kind.version,
  kind: kind.kind,
  resource: kind.resource,
  namespaced: kind.namespaced,
});
