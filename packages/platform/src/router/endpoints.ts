import { type EndpointSlice, keyOf } from '@fairlead/kube';
import { Upstream } from './upstream.ts';

interface SliceEntry {
  readonly service: string;
  readonly addresses: readonly string[];
}

/** The ready addresses of every service, from its slices. Each service's list is replaced as a whole. */
export class Endpoints {
  readonly #slices = new Map<string, SliceEntry>();
  readonly #slicesOfService = new Map<string, Set<string>>();
  readonly #ready = new Map<string, readonly Upstream[]>();
  readonly #upstreams = new Map<string, Upstream>();
  // How many slices name an address, and the addresses that are to take nothing more although they are named.
  readonly #named = new Map<string, number>();
  readonly #retired = new Set<string>();

  of(service: string): readonly Upstream[] {
    return this.#ready.get(service) ?? [];
  }

  set(key: string, slice: EndpointSlice | undefined): void {
    const before = this.#slices.get(key);
    const after = slice === undefined ? undefined : entryOf(slice);
    if (after === undefined) this.#slices.delete(key);
    else this.#slices.set(key, after);
    for (const address of after?.addresses ?? []) this.#count(address, 1);
    for (const address of before?.addresses ?? []) this.#count(address, -1);
    if (before !== undefined && before.service !== after?.service) this.#unlink(key, before.service);
    if (after !== undefined) this.#link(key, after.service);
  }

  /** Gives an address no new request from now on; undefined when no service has it. */
  retire(address: string): Upstream | undefined {
    const upstream = this.#upstreams.get(address);
    if (upstream === undefined) return undefined;
    this.#retired.add(address);
    const services = [...this.#slices.values()].filter(({ addresses }) => addresses.includes(address));
    for (const { service } of services) this.#rebuild(service);
    return upstream;
  }

  #link(key: string, service: string): void {
    this.#slicesOfService.set(service, (this.#slicesOfService.get(service) ?? new Set()).add(key));
    this.#rebuild(service);
  }

  #unlink(key: string, service: string): void {
    this.#slicesOfService.get(service)?.delete(key);
    this.#rebuild(service);
  }

  #rebuild(service: string): void {
    const keys = [...(this.#slicesOfService.get(service) ?? [])];
    if (keys.length === 0) this.#slicesOfService.delete(service);
    const addresses = new Set(keys.flatMap((key) => this.#slices.get(key)?.addresses ?? []));
    const ready = [...addresses]
      .filter((address) => !this.#retired.has(address))
      .map((address) => this.#upstream(address));
    if (ready.length === 0) this.#ready.delete(service);
    else this.#ready.set(service, ready);
  }

  #upstream(address: string): Upstream {
    const known = this.#upstreams.get(address) ?? new Upstream(address);
    this.#upstreams.set(address, known);
    return known;
  }

  /** An address that nobody names any more may come back as another pod's. */
  #count(address: string, change: 1 | -1): void {
    const count = (this.#named.get(address) ?? 0) + change;
    if (count > 0) {
      this.#named.set(address, count);
      return;
    }
    this.#named.delete(address);
    this.#retired.delete(address);
    this.#upstreams.delete(address);
  }
}

const entryOf = ({ metadata, endpoints, ports }: EndpointSlice): SliceEntry => {
  const service = metadata.labels?.['kubernetes.io/service-name'] ?? '';
  const numbers = (ports ?? []).map(({ port }) => port).filter((port) => port !== undefined);
  const hosts = (endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses }) => addresses);
  return {
    service: keyOf({ namespace: metadata.namespace ?? 'default', name: service }),
    addresses: hosts.flatMap((host) => numbers.map((port) => `${host}:${port}`)),
  };
};
