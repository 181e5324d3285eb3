import type { JsonObject } from './json.ts';
import type { Schema } from './structural.ts';

/** A column of `kubectl get` (CustomResourceColumnDefinition v1). */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** A simple JSON path, `.spec.replicas`; empty when code computes the cell (built-in kinds). */
  readonly jsonPath: string;
  /** Columns with a priority above 0 show with `-o wide` only. */
  readonly priority?: number;
  readonly description?: string;
  readonly format?: string;
}

export interface ScaleSubresource {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** Between a version with fields of other names and the one in which objects are stored. Pure functions. */
export interface Conversion {
  toStored(object: JsonObject): JsonObject;
  fromStored(object: JsonObject): JsonObject;
}

/** One version of a resource: its structure and how it is shown. */
export interface ResourceVersion {
  readonly version: string;
  readonly served: boolean;
  readonly storage: boolean;
  /** Resolved on first use: built-in structures are large and most are never asked for. */
  schema(): Schema;
  readonly columns?: readonly PrinterColumn[];
  /** Custom resources: what each version has of its own. */
  readonly own?: Pick<ResourceDefinition, 'status' | 'scale' | 'fieldSelectors'>;
  /** Told to whoever uses the version, which will go one day. */
  readonly deprecation?: string;
  /** Built-in kinds: the defaults that depend on other fields. Runs after the schema's own. */
  readonly completeDefaults?: CompleteDefaults;
  /** Built-in kinds: how it becomes the version that is stored; without it they differ in `apiVersion` alone. */
  readonly conversion?: Conversion;
}

/**
 * Fills what a default of its own cannot say: a container's pull policy from its image's tag, a
 * Service's target ports from its ports. Copy-on-write: the argument stays as it is.
 */
export type CompleteDefaults = (object: JsonObject, now: Date) => JsonObject;

/** A path below an object: `pods/eviction`. */
export interface Subresource {
  readonly name: string;
  /** What is sent to it: `policy/v1 Eviction`. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

/** Everything the API machinery knows of a resource. No kind has code of its own in the verbs. */
export interface ResourceDefinition {
  readonly group: string;
  readonly kind: string;
  readonly listKind: string;
  /** Lower-case plural, as in the URL. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly versions: readonly ResourceVersion[];
  readonly verbs: readonly string[];
  readonly status: boolean;
  readonly scale?: ScaleSubresource;
  /** Built-in kinds: the resource of another group whose objects these are (events). */
  readonly storedAs?: ResourceDefinition;
  /** Field selectors beyond `metadata.name` and `metadata.namespace`: selector name → JSON path in what is stored. */
  readonly fieldSelectors: Readonly<Record<string, string>>;
  /** Custom resources: the definition goes; its objects are deleted, and no new ones are made. */
  readonly ending?: true;
  /** Custom resources: objects of earlier revisions may have been stored under another schema. */
  readonly since?: number;
  /** Built in, or from a CustomResourceDefinition. */
  readonly origin: 'builtin' | 'custom';
  /** A PUT to a name that does not exist creates it (Lease and a few more). */
  readonly createOnUpdate?: boolean;
  /** An update without a resourceVersion is allowed. */
  readonly unconditionalUpdate?: boolean;
  /** `metadata.generation` rises when anything but metadata and status changes. */
  readonly generation: boolean;
  /** Built-in kinds: all of them, also status and scale and those that stream. */
  readonly subresources?: readonly Subresource[];
  /** A DELETE that says nothing of dependents leaves them (Job, ReplicationController). */
  readonly orphanByDefault?: boolean;
  /** Built-in kinds: a DELETE that removes at once is answered with the object, not with a Status. */
  readonly answersDeleted?: boolean;
  /** Built-in kinds: who creates it may give it a status (nodes announce themselves so). */
  readonly keepsStatus?: boolean;
  /** Built-in kinds: what of the metadata a write of the status leaves alone (`labels` of deployments). */
  readonly statusKeeps?: readonly ('labels' | 'ownerReferences')[];
  /** Built-in kinds: a change of annotations raises the generation, too (deployments). */
  readonly annotationsCount?: boolean;
}
