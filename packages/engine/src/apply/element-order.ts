import { isObject } from '../schema/json.ts';
import type { FieldSet } from './field-set.ts';

/**
 * A field set with its path elements in the order in which Kubernetes writes them: `.`, then fields by their names, items by the
 * values of their keys, values and places by what they are. The very argument when it is so already, as most are.
 */
export function inElementOrder(set: FieldSet): FieldSet {
  return isInOrder(set) ? set : inOrder(set);
}

function isInOrder(set: FieldSet): boolean {
  let last: string | undefined;
  for (const element in set) {
    if (last !== undefined && compareElements(last, element) >= 0) return false;
    if (!isInOrder(set[element] as FieldSet)) return false;
    last = element;
  }
  return true;
}

const inOrder = (set: FieldSet): FieldSet =>
  Object.fromEntries(
    Object.entries(set)
      .sort(([a], [b]) => compareElements(a, b))
      .map(([element, child]) => [element, inElementOrder(child)]),
  );

/** `.` is less than any letter; and so are fields than keys, values and places among each other, as they hardly ever meet. */
function compareElements(a: string, b: string): number {
  if (a[0] !== b[0] || a[0] === 'f' || a === '.') return a < b ? -1 : 1;
  const [left, right] = [a, b].map((element): unknown => JSON.parse(element.slice(2)));
  return isObject(left) && isObject(right) ? compareKeys(left, right) : compareScalars(left, right);
}

/** Key by key: first what it is called, then what it is. */
function compareKeys(a: object, b: object): number {
  const right = Object.entries(b);
  for (const [index, [name, value]] of Object.entries(a).entries()) {
    const [otherName, otherValue] = right[index] ?? ['', undefined];
    const order = name === otherName ? compareScalars(value, otherValue) : compareScalars(name, otherName);
    if (order !== 0) return order;
  }
  return -1;
}

const compareScalars = (a: unknown, b: unknown): number =>
  a === b ? 0 : (a as string | number) < (b as string | number) ? -1 : 1;
