import { badRequest, type ApiError } from './errors.ts';
import { parseFieldSelector, parseLabelSelector, type FieldTerm, type LabelTerm } from './selectors.ts';

/** The options of list and watch (meta/v1 ListOptions), read once at the door. */
export interface ListOptions {
  readonly watch: boolean;
  readonly labels: readonly LabelTerm[];
  readonly fields: readonly FieldTerm[];
  readonly limit: number;
  readonly continue: string;
  /** Absent when the client named none. */
  readonly resourceVersion?: number;
  readonly match: '' | 'Exact' | 'NotOlderThan';
  readonly timeoutSeconds?: number;
  readonly bookmarks: boolean;
  readonly initialEvents: boolean;
}

/** The options of whatever writes (meta/v1 CreateOptions, UpdateOptions, PatchOptions). */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  readonly force: boolean;
}

export const parseListOptions = (query: URLSearchParams): ListOptions => ({
  watch: flag(query, 'watch'),
  labels: parseLabelSelector(query.get('labelSelector') ?? ''),
  fields: parseFieldSelector(query.get('fieldSelector') ?? ''),
  limit: integer(query, 'limit') ?? 0,
  continue: query.get('continue') ?? '',
  resourceVersion: parseVersion(query.get('resourceVersion') ?? ''),
  match: parseMatch(query),
  timeoutSeconds: integer(query, 'timeoutSeconds'),
  bookmarks: flag(query, 'allowWatchBookmarks'),
  initialEvents: flag(query, 'sendInitialEvents'),
});

export const parseWriteOptions = (query: URLSearchParams): WriteOptions => ({
  dryRun: parseDryRun(query.getAll('dryRun')),
  fieldManager: query.get('fieldManager') ?? '',
  fieldValidation: parseFieldValidation(query.get('fieldValidation') ?? ''),
  force: flag(query, 'force'),
});

/** `undefined` when none is given; refuses what is not a whole number. */
export const parseVersion = (text: string): number | undefined => {
  if (text === '') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw badRequest(
    `invalid resource version ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
};

export const parseDryRun = (given: readonly string[]): boolean => {
  for (const one of given) {
    if (one !== 'All' && one !== '')
      throw invalidOption('dryRun', `Unsupported value: ${JSON.stringify(one)}: supported values: "All"`);
  }
  return given.includes('All');
};

const parseFieldValidation = (text: string): WriteOptions['fieldValidation'] => {
  if (text === '') return 'Warn';
  if (text === 'Ignore' || text === 'Warn' || text === 'Strict') return text;
  throw invalidOption(
    'fieldValidation',
    `Invalid value: ${JSON.stringify(text)}: fieldValidation parameter must be one of 'Ignore', 'Warn', or 'Strict'`,
  );
};

const parseMatch = (query: URLSearchParams): ListOptions['match'] => {
  const match = query.get('resourceVersionMatch') ?? '';
  if (match === '' || match === 'Exact' || match === 'NotOlderThan') return match;
  throw invalidOption(
    'resourceVersionMatch',
    `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan"`,
  );
};

const invalidOption = (name: string, why: string): ApiError => badRequest(`${name}: ${why}`);

/** Go's reading of a boolean parameter: present without a value counts as true. */
const flag = (query: URLSearchParams, name: string): boolean => {
  const text = query.get(name);
  return text !== null && text !== 'false' && text !== '0';
};

const integer = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
};
