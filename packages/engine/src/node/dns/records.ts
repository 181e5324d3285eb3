import { type EndpointSlice, keyOf, type Service } from '@fairlead/kube';
import { clusterDomain } from '../network/files.ts';
import { parseAddress } from '../network/range.ts';
import { slicesByService } from '../service/facts.ts';
import {
  addressData,
  authorityData,
  type RecordData,
  renderName,
  serviceData,
  textData,
  types,
} from './message.ts';

// Kubernetes, "DNS-Based Service Discovery", version 1.1.0.

/** What the names of a cluster mean at one moment. */
export interface Records {
  /** Of a name in lower case; `undefined` when there is no such name, and also none below it. */
  find(name: string): readonly RecordData[] | undefined;
}

export const zone = clusterDomain;

export function gatherRecords(services: readonly Service[], slices: readonly EndpointSlice[]): Records {
  const book = new Book();
  const known = slicesByService(slices);
  for (const service of services) book.addService(service, known.get(keyOf(service.metadata)) ?? []);
  book.add({ name: `dns-version.${zone}`, type: types.TXT, data: textData('1.1.0') });
  return book;
}

interface Place {
  readonly name: string;
  readonly address: string;
}

class Book implements Records {
  readonly #records = new Map<string, RecordData[]>();

  find(name: string): readonly RecordData[] | undefined {
    return this.#records.get(name) ?? podByAddress(name);
  }

  add(record: RecordData): void {
    this.#at(record.name).push(record);
    // Names above are there too, without records of their own.
    const parts = record.name.split('.');
    for (let cut = 1; cut < parts.length; cut += 1) this.#at(parts.slice(cut).join('.'));
  }

  addService(service: Service, slices: readonly EndpointSlice[]): void {
    const { metadata, spec } = service;
    const name = `${metadata.name}.${metadata.namespace ?? 'default'}.svc.${zone}`;
    if (spec.type === 'ExternalName') return this.#addAlias(name, spec.externalName ?? '');
    const { clusterIP = '' } = spec;
    if (parseAddress(clusterIP) === undefined) return this.#addHeadless(name, service, slices);
    this.#addAddress({ name, address: clusterIP });
    this.add(reverse(clusterIP, name));
    for (const port of spec.ports ?? []) this.#addPort(name, port, [name]);
  }

  /** Each pod by itself: under its own name, if it has one there, else under its address. */
  #addHeadless(name: string, { spec }: Service, slices: readonly EndpointSlice[]): void {
    for (const { endpoints, ports } of slices) {
      const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
      const places = ready.flatMap(({ addresses, hostname }): Place[] =>
        addresses
          .filter((address) => parseAddress(address) !== undefined)
          .map((address) => ({ name: `${hostname ?? address.replaceAll('.', '-')}.${name}`, address })),
      );
      for (const place of places) {
        this.add({ name, type: types.A, data: addressData(place.address) });
        this.#addAddress(place);
        this.add(reverse(place.address, place.name));
      }
      const targets = places.map((place) => place.name);
      for (const port of ports ?? [])
        if (port.port !== undefined) this.#addPort(name, { ...port, port: port.port }, targets);
    }
    if (spec.selector === undefined && slices.length === 0) this.#at(name);
  }

  #addAddress({ name, address }: Place): void {
    this.add({ name, type: types.A, data: addressData(address) });
  }

  #addAlias(name: string, target: string): void {
    if (isName(target)) this.add({ name, type: types.CNAME, data: renderName(target.replace(/\.$/, '')) });
  }

  #addPort(
    service: string,
    port: { readonly name?: string; readonly protocol?: string; readonly port: number },
    targets: readonly string[],
  ): void {
    if (!port.name) return;
    const name = `_${port.name}._${(port.protocol ?? 'TCP').toLowerCase()}.${service}`;
    for (const target of targets) this.add({ name, type: types.SRV, data: serviceData(port.port, target) });
  }

  #at(name: string): RecordData[] {
    const found = this.#records.get(name) ?? [];
    this.#records.set(name, found);
    return found;
  }
}

const isName = (text: string): boolean =>
  /^[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*\.?$/i.test(text);

const reverse = (address: string, name: string): RecordData => ({
  name: `${address.split('.').toReversed().join('.')}.in-addr.arpa`,
  type: types.PTR,
  data: renderName(name),
});

/** `10-128-0-5.default.pod.cluster.local` says itself what it means. */
function podByAddress(name: string): RecordData[] | undefined {
  const found = /^(\d+-\d+-\d+-\d+)\.[a-z0-9-]+\.pod\.(.+)$/.exec(name);
  const address = found?.[1]?.replaceAll('-', '.') ?? '';
  if (found?.[2] !== zone || parseAddress(address) === undefined) return undefined;
  return [{ name, type: types.A, data: addressData(address) }];
}

export const authority: RecordData = { name: zone, type: types.SOA, data: authorityData(zone) };
