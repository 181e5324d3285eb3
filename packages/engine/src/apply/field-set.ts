/**
 * A set of field paths, in the very form in which `managedFields[].fieldsV1` stores it
 * (Kubernetes API, FieldsV1): every key is a path element (`f:name`, `k:{"name":"web"}`, `v:"x"`,
 * `i:0`); a node without keys is a member; a node with keys is a member when it also has the key `.`.
 * At the root no keys mean the empty set. Nodes are shared between sets and never changed.
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

type Building = Record<string, FieldSet>;

/** As a root the empty set, below it a member without children. */
export const EMPTY_SET: FieldSet = Object.freeze({});

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

const isMember = (node: FieldSet): boolean => '.' in node || isEmptySet(node);

/** The node with the membership given; undefined when nothing is left of it. */
const nodeOf = (children: Building | undefined, member: boolean): FieldSet | undefined => {
  if (children === undefined) return member ? EMPTY_SET : undefined;
  return member ? { '.': EMPTY_SET, ...children } : children;
};

/** What is in one or in both. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) return a;
  if (isEmptySet(a)) return b;
  return unionOfChildren(a, b);
}

function unionOfChildren(a: FieldSet, b: FieldSet): Building {
  const out: Building = '.' in a || '.' in b ? { '.': EMPTY_SET } : {};
  for (const key in a) {
    const [left, right] = [a[key] as FieldSet, b[key]];
    if (key !== '.') out[key] = right === undefined ? left : unionOfNodes(left, right);
  }
  for (const key in b) if (out[key] === undefined) out[key] = b[key] as FieldSet;
  return out;
}

function unionOfNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  if (isEmptySet(a)) return isMember(b) ? b : { '.': EMPTY_SET, ...b };
  if (isEmptySet(b)) return isMember(a) ? a : { '.': EMPTY_SET, ...a };
  return unionOfChildren(a, b);
}

/** What is in both. */
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => meet(a, b, true) ?? EMPTY_SET;

function meet(a: FieldSet, b: FieldSet, root = false): FieldSet | undefined {
  let out: Building | undefined;
  for (const key in a) {
    const right = b[key];
    const child = key === '.' || right === undefined ? undefined : meet(a[key] as FieldSet, right);
    if (child !== undefined) (out ??= {})[key] = child;
  }
  return nodeOf(out, !root && isMember(a) && isMember(b));
}

/** What is in `a` and not in `b`; the children of a member of `b` stay. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return isEmptySet(b) ? a : (subtract(a, b, { deep: false, root: true }) ?? EMPTY_SET);
}

/** What is in `a` and neither in `b` nor below a member of `b`. */
export function withoutSubtrees(a: FieldSet, b: FieldSet): FieldSet {
  return isEmptySet(b) ? a : (subtract(a, b, { deep: true, root: true }) ?? EMPTY_SET);
}

function subtract(a: FieldSet, b: FieldSet, how: { deep: boolean; root: boolean }): FieldSet | undefined {
  const struck = !how.root && isMember(b);
  if (struck && how.deep) return undefined;
  const below = { deep: how.deep, root: false };
  let out: Building | undefined;
  for (const key in a) {
    if (key === '.') continue;
    const [left, right] = [a[key] as FieldSet, b[key]];
    const child = right === undefined ? left : subtract(left, right, below);
    if (child !== undefined) (out ??= {})[key] = child;
  }
  return nodeOf(out, !how.root && isMember(a) && !struck);
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    const right = b[key];
    return right !== undefined && equalSets(a[key] as FieldSet, right);
  });
}

/** The set that one path makes: its elements as they stand in FieldsV1. */
export function setOfPath(...elements: readonly string[]): FieldSet {
  return elements.reduceRight<FieldSet>((child, element) => ({ [element]: child }), EMPTY_SET);
}

/** The members below `element`, or undefined. */
export const childOf = (set: FieldSet, element: string): FieldSet | undefined => set[element];

/** Whether the child `element` of this node is itself a member. */
export function hasMember(set: FieldSet, element: string): boolean {
  const child = set[element];
  return child !== undefined && isMember(child);
}

/** Whether a node (not a root) has members below it. */
export function hasChildren(node: FieldSet): boolean {
  for (const key in node) if (key !== '.') return true;
  return false;
}

/** Every member as a list of path elements: of each node its own members first, each sorted, then what is below. */
export function* membersOf(set: FieldSet, prefix: readonly string[] = []): Generator<readonly string[]> {
  const keys = Object.keys(set)
    .filter((key) => key !== '.')
    .sort();
  for (const key of keys) if (hasMember(set, key)) yield [...prefix, key];
  for (const key of keys) yield* membersOf(set[key] as FieldSet, [...prefix, key]);
}
