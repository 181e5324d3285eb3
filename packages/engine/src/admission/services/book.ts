import type { Random } from '@fairlead/kube';
import { follow } from '../../resources/follow.ts';
import { keyPrefixOf } from '../../resources/registry.ts';
import { parseAddress, parseRange, renderV4 } from '../../resources/rules/network/address.ts';
import { needsHealthCheck, nodePortsOf, type Service } from '../../resources/rules/service/types.ts';
import type { Store, StoredObject } from '../../store/contract.ts';
import { createLedger, type Ledger } from './ledger.ts';

/** What Services are given: addresses of the cluster, and ports of its nodes. */
export interface ServiceBook {
  readonly addresses: Ledger;
  readonly ports: Ledger;
}

export const SERVICES = keyPrefixOf('', 'services');

/** As on a cluster that nobody configured otherwise (kubeadm). */
const ADDRESS_RANGE = '10.96.0.0/12';
export const PORT_RANGE = { first: 30_000, last: 32_767 };

const { address, bits } = parseRange(ADDRESS_RANGE) as NonNullable<ReturnType<typeof parseRange>>;
/** The first address names the range, the last one speaks to all. */
const BASE = Number(address.value);
export const ADDRESSES = { base: BASE, first: BASE + 1, last: BASE + 2 ** (32 - bits) - 2 };

export const numberOf = (ip: string): number => Number(parseAddress(ip)?.value ?? 0);
export const addressOf = (number: number): string => renderV4(BigInt(number));

/** Follows the Services that there are, those of an earlier run first. */
export const openServiceBook = (store: Store, random: Random): ServiceBook & { close(): void } => {
  const holder =
    (numbersOf: (service: Service) => readonly number[]) =>
    (key: string, number: number): boolean => {
      const stored = store.pending(key);
      return stored !== undefined && numbersOf(stored.value() as Service).includes(number);
    };
  // Kubernetes spares a sixteenth of the addresses, from 16 to 256, and a thirty-second of the ports, to 128.
  const addresses = createLedger({ ...ADDRESSES, spared: 256, random, holds: holder(addressesOf) });
  const ports = createLedger({ ...PORT_RANGE, spared: 86, random, holds: holder(portsOf) });
  const onObject = (stored: StoredObject, gone: boolean): void => {
    const service = stored.value() as Service;
    const change = gone ? 'forget' : 'note';
    for (const number of addressesOf(service)) addresses[change](number, stored.key);
    for (const number of portsOf(service)) ports[change](number, stored.key);
  };
  return { addresses, ports, close: follow(store, { prefix: SERVICES, onObject }) };
};

const addressesOf = ({ spec }: Service): readonly number[] =>
  (spec.clusterIPs ?? []).filter((ip) => ip !== 'None').map(numberOf);

const portsOf = ({ spec }: Service): readonly number[] => [
  ...nodePortsOf(spec),
  ...(needsHealthCheck(spec) && spec.healthCheckNodePort !== undefined ? [spec.healthCheckNodePort] : []),
];
