import { type FieldError, forbidden, invalid as invalidField, notSupported } from '../schema/field-error.ts';
import { badRequest, invalid } from './errors.ts';
import { type FieldTerm, parseFieldSelector } from './selectors/field-parse.ts';
import { type LabelTerm, parseLabelSelector } from './selectors/label-parse.ts';

/** The options of list and watch (meta/v1 ListOptions), read once at the door. */
export interface ListOptions {
  readonly watch: boolean;
  readonly labels: readonly LabelTerm[];
  readonly fields: readonly FieldTerm[];
  readonly limit: number;
  readonly continue: string;
  /** As it came; empty when the client named none. `parseVersion` reads it, after all else is found good. */
  readonly resourceVersion: string;
  readonly match: '' | 'Exact' | 'NotOlderThan';
  /** 0 when the client has no wish. */
  readonly timeoutSeconds: number;
  readonly bookmarks: boolean;
  /** Whether a watch begins with the state it starts from; undefined when nothing is said of it. */
  readonly initialEvents: boolean | undefined;
}

/**
 * Throws 400 for what cannot be read and 422 for what does not go together, with a cause for each. A watch from
 * no version, or from 0, begins with the state; that is what it always meant before there was an option for it.
 */
export const parseListOptions = (query: URLSearchParams): ListOptions => {
  const numbers = { limit: integer(query, 'limit'), timeoutSeconds: integer(query, 'timeoutSeconds') };
  const given: Given = {
    ...numbers,
    labels: parseLabelSelector(query.get('labelSelector') ?? ''),
    fields: parseFieldSelector(query.get('fieldSelector') ?? ''),
    watch: flag(query, 'watch') ?? false,
    continue: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    match: query.get('resourceVersionMatch') ?? '',
    bookmarks: flag(query, 'allowWatchBookmarks') ?? false,
    initialEvents: flag(query, 'sendInitialEvents'),
  };
  const options = withLegacyMeaning(given);
  const errors = options.watch ? watchErrors(options) : listErrors(options);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions', name: '' }, errors);
  return options as ListOptions;
};

interface Given extends Omit<ListOptions, 'match'> {
  readonly match: string;
}

const withLegacyMeaning = (given: Given): Given => {
  const { watch, resourceVersion, initialEvents, match } = given;
  const legacy = watch && (resourceVersion === '' || resourceVersion === '0');
  return legacy && initialEvents === undefined && match === ''
    ? { ...given, initialEvents: true, match: 'NotOlderThan' }
    : given;
};

const MATCH = 'resourceVersionMatch';
const CONTINUED = forbidden(MATCH, `${MATCH} is forbidden when continue is provided`);

const listErrors = ({ match, resourceVersion, initialEvents, ...given }: Given): FieldError[] => [
  ...(match !== '' ? matchErrors({ match, resourceVersion, continue: given.continue }) : []),
  ...(initialEvents === undefined
    ? []
    : [forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list')]),
];

const matchErrors = (given: Pick<Given, 'match' | 'resourceVersion' | 'continue'>): FieldError[] => {
  const { match, resourceVersion } = given;
  return [
    ...(resourceVersion === ''
      ? [forbidden(MATCH, `${MATCH} is forbidden unless resourceVersion is provided`)]
      : []),
    ...(given.continue === '' ? [] : [CONTINUED]),
    ...(match === 'Exact' || match === 'NotOlderThan'
      ? []
      : [notSupported(MATCH, match, ['Exact', 'NotOlderThan', ''])]),
    ...(match === 'Exact' && resourceVersion === '0'
      ? [forbidden(MATCH, `${MATCH} "exact" is forbidden for resourceVersion "0"`)]
      : []),
  ];
};

const watchErrors = ({ match, initialEvents, ...given }: Given): FieldError[] => [
  ...(initialEvents !== undefined && match !== 'NotOlderThan'
    ? [forbidden(MATCH, `sendInitialEvents requires setting ${MATCH} to NotOlderThan`)]
    : []),
  ...(match !== '' && initialEvents === undefined
    ? [forbidden(MATCH, `${MATCH} is forbidden for watch unless sendInitialEvents is provided`)]
    : []),
  ...(match !== '' && match !== 'NotOlderThan' ? [notSupported(MATCH, match, ['NotOlderThan'])] : []),
  ...(match !== '' && given.continue !== '' ? [CONTINUED] : []),
];

/** Go's reading of a boolean parameter: what is there and not `false` or `0` is true, also without a value. */
export const flag = (query: URLSearchParams, name: string): boolean | undefined => {
  const text = query.get(name);
  return text === null ? undefined : text !== '0' && text.toLowerCase() !== 'false';
};

/** A whole number of 64 bits; 0 when there is none. */
export const integer = (query: URLSearchParams, name: string): number => {
  const text = query.get(name);
  if (text === null) return 0;
  const fault = parseFault(text, 63n);
  if (fault !== undefined) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${fault}`);
  return Number(text);
};

/** What Go's parser of whole numbers finds wrong. `bits` without the sign. */
const parseFault = (text: string, bits: bigint): string | undefined => {
  if (!/^[+-]?\d+$/.test(text)) return 'invalid syntax';
  const value = text.length > 20 ? 2n ** 65n : BigInt(text.replace('+', ''));
  return value >= 2n ** bits || value < -(2n ** bits) ? 'value out of range' : undefined;
};

/**
 * A version that a client names; `undefined` when it names none. `refuse` words what is no whole number: Kubernetes
 * does so differently for each verb.
 */
export const parseVersion = (text: string, refuse: (fault: FieldError) => Error): number | undefined => {
  if (text === '') return undefined;
  const fault = versionFault(text);
  if (fault === undefined) return Number(text);
  throw refuse(invalidField('resourceVersion', text, fault));
};

/** Why a text is no version. */
export const versionFault = (text: string): string | undefined => {
  const fault = /^[+-]/.test(text) ? 'invalid syntax' : parseFault(text, 64n);
  return fault && `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${fault}`;
};
