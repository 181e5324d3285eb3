import { isDeepStrictEqual } from 'node:util';
import type { Endpoint, EndpointSlice } from '@fairlead/kube';
import type { AddressType, Place } from './endpoint.ts';
import { type EndpointPort, portsKey } from './ports.ts';

/** Most endpoints in one slice. */
const fullSlice = 100;

/** What a slice says, apart from whose it is. */
export interface Content {
  readonly addressType: AddressType;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

/** The writes that bring a Service's slices up to date. */
export interface Plan {
  readonly create: readonly Content[];
  readonly update: readonly { readonly slice: EndpointSlice; readonly content: Content }[];
  readonly remove: readonly EndpointSlice[];
}

export interface Facts {
  readonly addressTypes: readonly AddressType[];
  readonly places: readonly Place[];
  /** The Service's slices that are ours. */
  readonly slices: readonly EndpointSlice[];
}

/**
 * Endpoints stay in the slice where they are, new ones fill gaps, and an emptied slice is used again
 * before another is made: watchers see as few changes as possible, and never a moment without
 * endpoints that there was no need for.
 */
export function decideSlices({ addressTypes, places, slices }: Facts): Plan {
  const plans = addressTypes.map((addressType) =>
    decideOfType(addressType, {
      places: places.filter((place) => place.addressType === addressType),
      slices: slices.filter((slice) => slice.addressType === addressType),
    }),
  );
  const outdated = slices.filter(({ addressType }) => !addressTypes.includes(addressType));
  return {
    create: plans.flatMap(({ create }) => create),
    update: plans.flatMap(({ update }) => update),
    remove: [...outdated, ...plans.flatMap(({ remove }) => remove)],
  };
}

/** Endpoints with the same ports: they may share slices. */
interface Group {
  readonly ports: readonly EndpointPort[];
  readonly left: Map<string, Endpoint>;
}

/** A slice, present or to come, being filled. */
interface Draft {
  readonly slice: EndpointSlice | undefined;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Endpoint[];
}

function decideOfType(addressType: AddressType, facts: Omit<Facts, 'addressTypes'>): Plan {
  const groups = groupByPorts(facts.places);
  const drafts = facts.slices.map((slice) => keep(slice, groups.get(portsKey(slice.ports))));
  const used = drafts.filter(({ endpoints }) => endpoints.length > 0);
  const spare = drafts.filter(({ endpoints }) => endpoints.length === 0).map(({ slice }) => slice);
  for (const group of groups.values()) used.push(...fill(group, used, spare));
  // A Service without endpoints keeps one empty slice: that there are none is news, too.
  if (used.length === 0) used.push({ slice: spare.shift(), ports: [], endpoints: [] });
  const contentOf = ({ ports, endpoints }: Draft): Content => ({ addressType, ports, endpoints });
  return {
    create: used.filter(({ slice }) => slice === undefined).map(contentOf),
    update: used.flatMap((draft) =>
      draft.slice === undefined ? [] : [{ slice: draft.slice, content: contentOf(draft) }],
    ),
    remove: spare.filter((slice) => slice !== undefined),
  };
}

function groupByPorts(places: readonly Place[]): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const { ports, endpoint } of places) {
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, left: new Map() };
    group.left.set(endpoint.targetRef?.uid ?? '', endpoint);
    groups.set(key, group);
  }
  return groups;
}

/** Takes out of the group what the slice holds already. */
function keep(slice: EndpointSlice, group: Group | undefined): Draft {
  const endpoints: Endpoint[] = [];
  for (const { targetRef } of slice.endpoints ?? []) {
    const uid = targetRef?.uid ?? '';
    const endpoint = group?.left.get(uid);
    if (endpoint === undefined) continue;
    group?.left.delete(uid);
    endpoints.push(endpoint);
  }
  return { slice, ports: slice.ports ?? [], endpoints };
}

/** Puts the rest of a group into slices with room, then into spare and new ones. Gives the latter. */
function fill(group: Group, used: readonly Draft[], spare: (EndpointSlice | undefined)[]): readonly Draft[] {
  const rest = [...group.left.values()];
  const alike = used.filter(({ ports }) => portsKey(ports) === portsKey(group.ports));
  for (const { endpoints } of alike.toSorted((a, b) => b.endpoints.length - a.endpoints.length))
    endpoints.push(...rest.splice(0, fullSlice - endpoints.length));
  const drafts: Draft[] = [];
  while (rest.length > 0)
    drafts.push({ slice: spare.shift(), ports: group.ports, endpoints: rest.splice(0, fullSlice) });
  return drafts;
}

/** Whether a slice says this already. */
export const says = (slice: EndpointSlice, { ports, endpoints }: Content): boolean =>
  portsKey(slice.ports) === portsKey(ports) && isDeepStrictEqual(slice.endpoints ?? [], endpoints);
