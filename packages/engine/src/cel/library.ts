import { ADDRESSES } from './functions/address.ts';
import { CONVERSIONS } from './functions/conversions.ts';
import { NAMED_FORMATS } from './functions/formats.ts';
import { LISTS, SETS } from './functions/lists.ts';
import { OPERATORS } from './functions/operators.ts';
import { OPTIONALS } from './functions/optionals.ts';
import { QUANTITIES } from './functions/quantity.ts';
import { REGEX } from './functions/regex.ts';
import { SEMVER } from './functions/semver.ts';
import { STRINGS } from './functions/strings.ts';
import { TIME } from './functions/time.ts';
import { URLS } from './functions/url.ts';
import { type Overload, overloadOf, type Row } from './overload.ts';

/** The evaluator's own: what of their arguments is evaluated depends on the others. */
const CHOICES: readonly Row[] = [
  ['conditional', '_?_:_: (bool, A, A) -> A', () => null],
  ['logical_and', '_&&_: (bool, bool) -> bool', () => null],
  ['logical_or', '_||_: (bool, bool) -> bool', () => null],
  ['index_list', '_[_]: (list(A), int) -> A', () => null],
  ['index_map', '_[_]: (map(A, B), A) -> B', () => null],
  ['optional_list_index_int', '_[_]: (optional(list(V)), int) -> optional(V)', () => null],
  ['optional_map_index_value', '_[_]: (optional(map(K, V)), K) -> optional(V)', () => null],
  ['list_optindex_optional_int', '_[?_]: (list(V), int) -> optional(V)', () => null],
  ['optional_list_optindex_optional_int', '_[?_]: (optional(list(V)), int) -> optional(V)', () => null],
  ['map_optindex_optional_value', '_[?_]: (map(K, V), K) -> optional(V)', () => null],
  ['optional_map_optindex_optional_value', '_[?_]: (optional(map(K, V)), K) -> optional(V)', () => null],
];

/** What rules of Kubernetes 1.34 may call: the standard, the strings (2), sets and optionals extensions, and its own. */
const ROWS: readonly Row[] = [
  ...[CHOICES, OPERATORS, CONVERSIONS, TIME, STRINGS, OPTIONALS].flat(),
  ...[LISTS, SETS, REGEX, URLS, ADDRESSES, QUANTITIES, SEMVER, NAMED_FORMATS].flat(),
];

let functions: ReadonlyMap<string, readonly Overload[]> | undefined;

/** The overloads of a function; undefined when there is none of that name. */
export const overloadsOf = (name: string): readonly Overload[] | undefined => {
  functions ??= Map.groupBy(ROWS.map(overloadOf), (overload) => overload.name);
  return functions.get(name);
};
