import type { EndpointSlice } from '@fairlead/kube';
import { portsKey } from '../endpointslice/ports.ts';
import type { Mirror } from './children.ts';

export interface Plan {
  readonly create: readonly Mirror[];
  readonly update: readonly { readonly slice: EndpointSlice; readonly mirror: Mirror }[];
  readonly remove: readonly EndpointSlice[];
}

type Sorted = Pick<EndpointSlice, 'addressType' | 'ports'>;

const keyOf = ({ addressType, ports }: Sorted): string => `${addressType} ${portsKey(ports)}`;

/** To each mirror its slice: the one with the same ports, else one that has become free, else a new one. */
export function decideMirrors(mirrors: readonly Mirror[], slices: readonly EndpointSlice[]): Plan {
  const free = [...slices];
  const take = (fits: (slice: EndpointSlice) => boolean): EndpointSlice | undefined => {
    const index = free.findIndex(fits);
    return index < 0 ? undefined : free.splice(index, 1)[0];
  };
  const same = mirrors.map((mirror) => ({ mirror, slice: take((slice) => keyOf(slice) === keyOf(mirror)) }));
  const placed = same.map(({ mirror, slice }) => ({
    mirror,
    slice: slice ?? take(({ addressType }) => addressType === mirror.addressType),
  }));
  return {
    create: placed.filter(({ slice }) => slice === undefined).map(({ mirror }) => mirror),
    update: placed.flatMap(({ mirror, slice }) => (slice === undefined ? [] : [{ mirror, slice }])),
    remove: free,
  };
}
