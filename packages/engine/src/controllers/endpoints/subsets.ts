import type { EndpointAddress, EndpointSubset } from '@fairlead/kube';

type Port = NonNullable<EndpointSubset['ports']>[number];

/** An address behind one port; without a port, behind none at all. */
export interface Entry {
  readonly address: EndpointAddress;
  readonly ready: boolean;
  readonly port?: Port | undefined;
}

export const entriesOf = (subsets: readonly EndpointSubset[]): readonly Entry[] =>
  subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const all = [
      ...addresses.map((address) => ({ address, ready: true })),
      ...notReadyAddresses.map((address) => ({ address, ready: false })),
    ];
    if (ports.length === 0) return all;
    return ports.flatMap((port) => all.map((entry) => ({ ...entry, port })));
  });

/** The addresses of one port, by whose they are. */
type Places = Map<string, Entry>;

/** The fewest subsets that say the same: ports behind which the very same addresses are stand together. */
export function packSubsets(entries: readonly Entry[]): readonly EndpointSubset[] {
  const byPort = new Map<string, Places>();
  for (const entry of entries) {
    const key = portText(entry.port);
    const places: Places = byPort.get(key) ?? new Map();
    byPort.set(key, places);
    const who = addressText(entry.address);
    // Told both ways, it is not ready.
    if (places.get(who)?.ready !== false) places.set(who, entry);
  }
  const alike = Map.groupBy(byPort.values(), placesText);
  const subsets = [...alike.values()].map(toSubset);
  return subsets.toSorted((a, b) => compare(subsetText(a), subsetText(b)));
}

function toSubset(together: readonly Places[]): EndpointSubset {
  const places = [...(together[0] ?? new Map<string, Entry>()).values()].toSorted((a, b) =>
    compare(addressText(a.address), addressText(b.address)),
  );
  const ports = together
    .flatMap((each) => [...each.values()].slice(0, 1).map(({ port }) => port))
    .filter((port) => port !== undefined)
    .toSorted((a, b) => compare(portText(a), portText(b)));
  const addresses = places.filter(({ ready }) => ready).map(({ address }) => address);
  const notReadyAddresses = places.filter(({ ready }) => !ready).map(({ address }) => address);
  return {
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(notReadyAddresses.length === 0 ? {} : { notReadyAddresses }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const addressText = ({ ip, targetRef }: EndpointAddress): string => `${ip} ${targetRef?.uid ?? ''}`;

const portText = (port: Port | undefined): string =>
  port === undefined
    ? ''
    : [port.name ?? '', port.protocol ?? '', String(port.port).padStart(5, '0'), port.appProtocol ?? ''].join(
        ' ',
      );

const placesText = (places: Places): string =>
  [...places]
    .map(([who, { ready }]) => `${who} ${ready}`)
    .toSorted(compare)
    .join('\n');

const subsetText = ({ ports = [] }: EndpointSubset): string => ports.map(portText).join('\n');

/** Most addresses that one object may hold. */
const capacity = 1000;

/** As many addresses as there is room for, of each subset its share; those that are ready first. */
export function truncate(subsets: readonly EndpointSubset[]): readonly EndpointSubset[] {
  const ready = count(subsets, 'addresses');
  const all = ready + count(subsets, 'notReadyAddresses');
  if (all <= capacity) return subsets;
  const isReadyCut = ready > capacity;
  const list = isReadyCut ? 'addresses' : 'notReadyAddresses';
  const room = isReadyCut ? capacity : capacity - ready;
  const total = isReadyCut ? ready : all - ready;
  let left = room;
  return subsets.map((subset) => {
    const addresses = subset[list] ?? [];
    const part = addresses.slice(0, Math.min(left, Math.ceil((addresses.length / total) * room)));
    left -= part.length;
    const { notReadyAddresses: _, ...others } = subset;
    return isReadyCut ? { ...others, addresses: part } : { ...subset, notReadyAddresses: part };
  });
}

export const isOverCapacity = (subsets: readonly EndpointSubset[]): boolean =>
  count(subsets, 'addresses') + count(subsets, 'notReadyAddresses') > capacity;

const count = (subsets: readonly EndpointSubset[], list: 'addresses' | 'notReadyAddresses'): number =>
  subsets.reduce((total, subset) => total + (subset[list] ?? []).length, 0);
