/** A number, or a percentage or name as text (util/intstr). */
export type IntOrString = number | string;

/** Selects objects by their labels; all parts must hold, none at all selects everything (meta/v1). */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelRequirement[];
}

/** One part of a label selector. `NotIn` and `DoesNotExist` also match objects without the key. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

/** One aspect of an object's state (meta/v1 Condition). Built-in kinds leave some fields out. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
  /** RFC 3339; moves only when `status` does. */
  readonly lastTransitionTime?: string;
}

/** Points at another object (core/v1). */
export interface ObjectReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly fieldPath?: string;
}
