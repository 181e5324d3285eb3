import type { Row } from '../overload.ts';
import { type CelList, listOfValues } from '../value.ts';
import { patternOf } from './strings.ts';

const findAll = (text: string, pattern: string, most = -1n): CelList =>
  listOfValues(patternOf(pattern).findAll(text, most < 0n ? Infinity : Number(most)));

export const REGEX: readonly Row[] = [
  [
    'string_find_string',
    'find: string.(string) -> string',
    (text: string, pattern: string) => patternOf(pattern).findAll(text, 1)[0] ?? '',
  ],
  [
    'string_find_all_string',
    'findAll: string.(string) -> list(string)',
    (text: string, pattern: string) => findAll(text, pattern),
  ],
  ['string_find_all_string_int', 'findAll: string.(string, int) -> list(string)', findAll],
];
