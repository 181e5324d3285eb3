import type { Row } from '../overload.ts';
import {
  CelError,
  type CelList,
  itemsOf,
  listOfValues,
  NONE,
  Optional,
  sizeOf,
  Uint,
  type Value,
} from '../value.ts';

const valueOf = ({ value }: Optional): Value => {
  if (value === undefined) throw new CelError('optional.none() dereference');
  return value;
};

const isZero = (value: Value): boolean =>
  value === null ||
  value === false ||
  value === 0n ||
  value === 0 ||
  (value instanceof Uint && value.value === 0n) ||
  sizeOf(value) === 0;

export const OPTIONALS: readonly Row[] = [
  ['optional_of', 'optional.of: (V) -> optional(V)', (value: Value) => new Optional(value)],
  [
    'optional_ofNonZeroValue',
    'optional.ofNonZeroValue: (V) -> optional(V)',
    (value: Value) => (isZero(value) ? NONE : new Optional(value)),
  ],
  ['optional_none', 'optional.none: () -> optional(V)', () => NONE],
  ['optional_value', 'value: optional(V).() -> V', valueOf],
  ['optional_hasValue', 'hasValue: optional(V).() -> bool', ({ value }: Optional) => value !== undefined],
  [
    'optional_or_optional',
    'or: optional(V).(optional(V)) -> optional(V)',
    (first: Optional, second: Optional) => (first.value === undefined ? second : first),
  ],
  [
    'optional_orValue_value',
    'orValue: optional(V).(V) -> V',
    (optional: Optional, other: Value) => optional.value ?? other,
  ],
  [
    'list_first',
    'first: list(V).() -> optional(V)',
    (list: CelList) => (list.length === 0 ? NONE : new Optional(list.at(0))),
  ],
  [
    'list_last',
    'last: list(V).() -> optional(V)',
    (list: CelList) => (list.length === 0 ? NONE : new Optional(list.at(list.length - 1))),
  ],
  ['optional_unwrap', 'optional.unwrap: (list(optional(V))) -> list(V)', (list: CelList) => unwrap(list)],
  ['optional_unwrapOpt', 'unwrapOpt: list(optional(V)).() -> list(V)', (list: CelList) => unwrap(list)],
];

const unwrap = (list: CelList): CelList =>
  listOfValues(
    [...itemsOf(list)].flatMap((item) =>
      item instanceof Optional && item.value !== undefined ? [item.value] : [],
    ),
  );
