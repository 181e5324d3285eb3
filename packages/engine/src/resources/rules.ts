import type { KubeObject } from '@fairlead/kube';
import type { ResourceDefinition } from '../schema/definition.ts';
import type { FieldError } from '../schema/field-error.ts';

/** At the metadata as if they were new, or at what may not change in them. */
export type MetadataLook = 'whole' | 'change';

/** What is asked of a write of an object, or of one of its parts (`status`). */
export interface WriteRules {
  /** Of a part that is not the status: what of the sent object a write takes over, and what stays as it was. */
  take?(sent: KubeObject, old: KubeObject): KubeObject;
  /** What becomes of a later write: fields that it may not change, or that the server fills in. */
  update?(object: KubeObject, old: KubeObject): KubeObject;
  /** Names what is wrong; metadata has been looked at already. */
  validate?(object: KubeObject, old: KubeObject | undefined): readonly FieldError[];
}

/**
 * What a kind asks for beyond its structure (Kubernetes calls it the strategy of a registry). Pure functions over
 * values; the verbs call them for every kind alike. They must not change their arguments. (Written as methods, so
 * that a rule may name the kind that it knows it is called with.)
 */
export interface Rules extends WriteRules {
  /** `validate` names every fault, enumerations too. Else the structure is judged before it. */
  readonly complete?: true;
  /** What it becomes however it was sent; the writer owns that as if it had been sent so. */
  shape?(object: KubeObject, old: KubeObject | undefined): KubeObject;
  /** How often, and how, Kubernetes looks at the metadata of a change for this kind; every look tells its causes. */
  readonly looks?: readonly MetadataLook[];
  /** What is wrong with the metadata of a new object is told when nothing else is (events). */
  readonly metadataLast?: true;
  /** An object without a name gets one (limit ranges). */
  readonly drawsNames?: true;
  /** Fills in what only the server can know, on the way to the first write. */
  create?(object: KubeObject): KubeObject;
  /** Writes of parts, by the part's name. */
  readonly parts?: Readonly<Record<string, WriteRules>>;
  /** What is valid and still not wise, for whoever writes the object. */
  warnings?(object: KubeObject, old: KubeObject | undefined): readonly string[];
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

/** Those for a write of the object, or of a part of it. */
export const partRules = (rules: Rules, part: string): WriteRules =>
  part === 'object' ? rules : (rules.parts?.[part] ?? NONE);
