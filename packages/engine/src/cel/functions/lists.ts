import { compare, equal } from '../equal.ts';
import type { Row } from '../overload.ts';
import { CelError, type CelList, Duration, itemsOf, Uint, type Value } from '../value.ts';
import { duration, int, uint } from './operators.ts';

const COMPARABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];

const isSorted = (list: CelList): boolean => {
  for (let index = 1; index < list.length; index++)
    if (compare(list.at(index - 1), list.at(index)) > 0) return false;
  return true;
};

/** The item before which no other comes, in the order that `sign` gives. */
const best =
  (name: string, sign: 1 | -1) =>
  (list: CelList): Value => {
    const items = [...itemsOf(list)];
    if (items.length === 0) throw new CelError(`${name} called on empty list`);
    return items.reduce((found, item) => (compare(item, found) * sign > 0 ? item : found));
  };

const SUMS: Readonly<Record<string, (list: CelList) => Value>> = {
  int: (list) => [...itemsOf(list)].reduce<bigint>((sum, item) => int(sum + (item as bigint)), 0n),
  uint: (list) =>
    [...itemsOf(list)].reduce<Uint>((sum, item) => uint(sum.value + (item as Uint).value), new Uint(0n)),
  double: (list) => [...itemsOf(list)].reduce<number>((sum, item) => sum + (item as number), 0),
  duration: (list) =>
    [...itemsOf(list)].reduce<Duration>(
      (sum, item) => duration(sum.nanos + (item as Duration).nanos),
      new Duration(0n),
    ),
};

const indexOf = (list: CelList, value: Value): bigint =>
  BigInt([...itemsOf(list)].findIndex((item) => equal(item, value)));
const lastIndexOf = (list: CelList, value: Value): bigint =>
  BigInt([...itemsOf(list)].findLastIndex((item) => equal(item, value)));

/** Kubernetes' own functions of lists. */
export const LISTS: readonly Row[] = [
  ...COMPARABLE.flatMap((type): Row[] => [
    [`list_${type}_is_sorted_bool`, `isSorted: list(${type}).() -> bool`, isSorted],
    [`list_${type}_max_${type}`, `max: list(${type}).() -> ${type}`, best('max', 1)],
    [`list_${type}_min_${type}`, `min: list(${type}).() -> ${type}`, best('min', -1)],
  ]),
  ...Object.entries(SUMS).map(
    ([type, run]): Row => [`list_${type}_sum_${type}`, `sum: list(${type}).() -> ${type}`, run],
  ),
  ['list_a_index_of_int', 'indexOf: list(A).(A) -> int', indexOf],
  ['list_a_last_index_of_int', 'lastIndexOf: list(A).(A) -> int', lastIndexOf],
];

const has = (list: CelList, value: Value): boolean => {
  for (const item of itemsOf(list)) if (equal(item, value)) return true;
  return false;
};

const containsAll = (list: CelList, part: CelList): boolean =>
  [...itemsOf(part)].every((item) => has(list, item));

/** Lists taken as sets (the `sets` extension). */
export const SETS: readonly Row[] = [
  ['list_sets_contains_list', 'sets.contains: (list(T), list(T)) -> bool', containsAll],
  [
    'list_sets_equivalent_list',
    'sets.equivalent: (list(T), list(T)) -> bool',
    (a: CelList, b: CelList) => containsAll(a, b) && containsAll(b, a),
  ],
  [
    'list_sets_intersects_list',
    'sets.intersects: (list(T), list(T)) -> bool',
    (a: CelList, b: CelList) => [...itemsOf(b)].some((item) => has(a, item)),
  ],
];
