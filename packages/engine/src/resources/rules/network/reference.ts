import type { Place } from '../../../schema/place.ts';
import { dnsSubdomain, pathSegment } from '../../formats.ts';

/** An object of any kind in the same namespace, or of none. */
export interface TypedReference {
  readonly apiGroup?: string | null;
  readonly kind?: string;
  readonly name?: string;
}

export const judgeReference = ({ apiGroup, kind = '', name = '' }: TypedReference, at: Place): void => {
  if (apiGroup !== undefined && apiGroup !== null)
    at.field('apiGroup').faults(apiGroup, dnsSubdomain(apiGroup));
  if (kind === '') at.field('kind').required();
  else at.field('kind').faults(kind, pathSegment(kind));
  if (name === '') at.field('name').required();
  else at.field('name').faults(name, pathSegment(name));
};
