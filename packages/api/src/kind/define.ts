import type { Static, TObject, TSchema } from 'typebox';

/** A column of `kubectl get` (CustomResourceColumnDefinition v1). */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  readonly jsonPath: string;
  /** 0 shows always, 1 with `-o wide` only. */
  readonly priority?: number;
}

/** A noun: the one place from which its type, CRD, defaults and docs are made. */
export interface KindDefinition<
  Spec extends TSchema,
  State extends TSchema,
  Group extends string = 'fairlead.dev',
  Version extends string = 'v1alpha1',
> {
  readonly group: Group;
  readonly version: Version;
  readonly kind: string;
  /** Lower-case plural, as in the URL. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  /** Names under which `kubectl get` shows it together with others. */
  readonly categories?: readonly string[];
  readonly description: string;
  readonly spec: Spec;
  readonly status: State;
  readonly columns: readonly Column[];
}

/** Declares a noun of the product. */
export const defineKind = <Spec extends TObject, State extends TObject>(
  definition: Omit<KindDefinition<Spec, State>, 'group' | 'version'>,
): KindDefinition<Spec, State> => ({
  group: 'fairlead.dev',
  version: 'v1alpha1',
  categories: ['fairlead'],
  ...definition,
});

/** Declares a noun of somebody else's, in a group of their own. */
export const defineCustomKind = <
  Spec extends TObject,
  State extends TObject,
  Group extends string,
  Version extends string,
>(
  definition: KindDefinition<Spec, State, Group, Version>,
): KindDefinition<Spec, State, Group, Version> => definition;

type AnyKind = KindDefinition<TSchema, TSchema, string, string>;

/** The object that a kind's schema describes. `metadata` is that of any Kubernetes object. */
export interface ObjectOf<Kind extends AnyKind> {
  readonly apiVersion: `${Kind['group']}/${Kind['version']}`;
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
export const resourceTypeOf = (kind: AnyKind) => ({
  group: kind.group,
  version: kind.version,
  kind: kind.kind,
  resource: kind.resource,
  namespaced: kind.namespaced,
});
