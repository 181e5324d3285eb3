import type { KubeObject } from '@fairlead/kube';
import type { ResourceDefinition } from '../schema/definition.ts';
import type { FieldError } from '../schema/field-error.ts';

/**
 * What a kind asks for beyond its structure (Kubernetes calls it the strategy of a registry). Pure functions over
 * values; the verbs call them for every kind alike. They must not change their arguments. (Written as methods, so
 * that a rule may name the kind that it knows it is called with.)
 */
export interface Rules {
  /** Fills in what only the server can know, on the way to the first write. */
  create?(object: KubeObject): KubeObject;
  /** The same for a later write of the object itself (not of its status). */
  update?(object: KubeObject, old: KubeObject): KubeObject;
  /** Runs on every write, after the structure was found right. */
  validate?(object: KubeObject, old: KubeObject | undefined): readonly FieldError[];
  /** A deletion waits this long for whoever runs the object (pods). Undefined: it goes at once. */
  graceSeconds?(object: KubeObject, asked: number | undefined): number | undefined;
  /** What a deletion that has to wait changes in the object (a namespace says that it is terminating). */
  deleting?(object: KubeObject): KubeObject;
  /** More to wait for than finalizers in the metadata (namespaces keep a list of their own). */
  finished?(object: KubeObject): boolean;
}

/** Rules by `<group>/<resource>`. */
export type RuleBook = Readonly<Record<string, Rules>>;

const NONE: Rules = {};

export const rulesOf = (book: RuleBook, { group, resource }: ResourceDefinition): Rules =>
  book[`${group}/${resource}`] ?? NONE;
