import type { Place } from '../../schema/place.ts';
import { dnsLabel1035, type Format } from '../formats.ts';
import type { CrdNames } from './definition.ts';

/** Faults of one value are told in one message. */
export const joinFaults = (place: Place, value: string, format: Format, before = ''): void => {
  const faults = value === '' ? [] : format(value);
  if (faults.length > 0) place.invalid(value, before + faults.join(','));
};

const MIXED = 'may have mixed case, but should otherwise match: ';
const anyCase: Format = (text) => dnsLabel1035(text.toLowerCase());

const REQUIRED = ['plural', 'singular', 'kind', 'listKind'] as const;

/** The names that a definition asks for. */
export const judgeNames = (names: CrdNames, place: Place): void => {
  for (const name of REQUIRED) if (!names[name]) place.field(name).required();
  joinFaults(place.field('plural'), names.plural, dnsLabel1035);
  joinFaults(place.field('singular'), names.singular ?? '', dnsLabel1035);
  joinFaults(place.field('kind'), names.kind, anyCase, MIXED);
  joinFaults(place.field('listKind'), names.listKind ?? '', anyCase, MIXED);
  judgeEach(names.shortNames, place.field('shortNames'));
  if (names.kind && names.kind === names.listKind) {
    place.field('listKind').invalid(names.listKind, 'kind and listKind may not be the same');
  }
  judgeEach(names.categories, place.field('categories'));
};

const judgeEach = (names: readonly string[] | undefined, place: Place): void => {
  for (const [index, name] of (names ?? []).entries()) joinFaults(place.index(index), name, dnsLabel1035);
};
