import type { Place } from '../../schema/place.ts';
import { dnsLabel1035, type Format } from '../formats.ts';
import type { CrdNames } from './definition.ts';

/** Faults of one value are told in one message. */
export const joinFaults = (place: Place, value: string, format: Format): void => {
  const faults = value === '' ? [] : format(value);
  if (faults.length > 0) place.invalid(value, faults.join(','));
};

const anyCase: Format = (text) => {
  const faults = dnsLabel1035(text.toLowerCase());
  return faults.length === 0 ? [] : [`may have mixed case, but should otherwise match: ${faults.join(',')}`];
};

const REQUIRED = ['plural', 'singular', 'kind', 'listKind'] as const;

/** The names that a definition asks for. */
export const judgeNames = (names: CrdNames, place: Place): void => {
  for (const name of REQUIRED) if (!names[name]) place.field(name).required();
  joinFaults(place.field('plural'), names.plural, dnsLabel1035);
  joinFaults(place.field('singular'), names.singular ?? '', dnsLabel1035);
  joinFaults(place.field('kind'), names.kind, anyCase);
  joinFaults(place.field('listKind'), names.listKind ?? '', anyCase);
  judgeEach(names.shortNames, place.field('shortNames'));
  if (names.kind && names.kind === names.listKind) {
    place.field('listKind').invalid(names.listKind, 'kind and listKind may not be the same');
  }
  judgeEach(names.categories, place.field('categories'));
};

const judgeEach = (names: readonly string[] | undefined, place: Place): void => {
  for (const [index, name] of (names ?? []).entries()) joinFaults(place.index(index), name, dnsLabel1035);
};
