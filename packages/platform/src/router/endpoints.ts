import { type Endpoint, type EndpointSlice, keyOf } from '@fairlead/kube';
import { Upstream } from './upstream.ts';

/** An address and the pod that has it; the same address may be another pod's later. */
export interface Target {
  /** `127.0.0.1:20001`. */
  readonly address: string;
  /** The pod's uid; absent for what is no pod. */
  readonly pod?: string | undefined;
}

interface SliceEntry {
  readonly service: string;
  readonly targets: readonly Target[];
}

/** Pods that were retired before any slice named them: what is remembered of them has an end. */
const mostRetired = 1000;

/** The ready addresses of every service, from its slices. Each service's list is replaced as a whole. */
export class Endpoints {
  readonly #slices = new Map<string, SliceEntry>();
  readonly #slicesOfService = new Map<string, Set<string>>();
  readonly #ready = new Map<string, readonly Upstream[]>();
  // Those that slices name, and those at which requests are still under way.
  readonly #upstreams = new Map<string, Upstream>();
  /** How many slices name an address. */
  readonly #named = new Map<string, number>();
  /** Pods that are to take nothing more, whatever a slice that is behind says of them. The oldest first. */
  readonly #retired = new Set<string>();
  /** Told at every change of a list. */
  #listeners: (() => void)[] = [];

  of(service: string): readonly Upstream[] {
    return this.#ready.get(service) ?? [];
  }

  set(key: string, slice: EndpointSlice | undefined): void {
    const before = this.#slices.get(key);
    const after = slice === undefined ? undefined : entryOf(slice);
    if (after === undefined) this.#slices.delete(key);
    else this.#slices.set(key, after);
    for (const { address } of after?.targets ?? []) this.#count(address, 1);
    for (const { address } of before?.targets ?? []) this.#count(address, -1);
    if (before !== undefined && before.service !== after?.service) this.#unlink(key, before.service);
    if (after !== undefined) this.#link(key, after.service);
  }

  /**
   * Gives a pod no new request from now on, unless it is the last that is known for a service: then it serves
   * until another one is known, or the slices say that there is none. Resolves when no request is under way.
   */
  async retire({ address, pod }: Required<Target>): Promise<void> {
    this.#retired.add(pod);
    const [oldest] = this.#retired;
    if (this.#retired.size > mostRetired && oldest !== undefined) this.#retired.delete(oldest);
    for (const service of this.#servicesOf(pod)) this.#rebuild(service);
    while (this.#servicesOf(pod).some((service) => this.of(service).some((one) => one.address === address)))
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    await this.#upstreams.get(address)?.idle();
  }

  #servicesOf(pod: string): string[] {
    return [...this.#slices.values()]
      .filter(({ targets }) => targets.some((target) => target.pod === pod))
      .map(({ service }) => service);
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
    const targets = keys.flatMap((key) => this.#slices.get(key)?.targets ?? []);
    const staying = targets.filter(({ pod }) => pod === undefined || !this.#retired.has(pod));
    // Whoever asks to retire the last one has seen its successor; the slice that names it is on its way.
    const usable = staying.length === 0 ? targets : staying;
    const addresses = new Set(usable.map(({ address }) => address));
    const ready = [...addresses].map((address) => this.#upstream(address));
    if (ready.length === 0) this.#ready.delete(service);
    else this.#ready.set(service, ready);
    for (const tell of this.#listeners.splice(0)) tell();
  }

  #upstream(address: string): Upstream {
    const known = this.#upstreams.get(address) ?? new Upstream(address);
    this.#upstreams.set(address, known);
    return known;
  }

  #count(address: string, change: 1 | -1): void {
    const count = (this.#named.get(address) ?? 0) + change;
    if (count > 0) {
      this.#named.set(address, count);
      return;
    }
    this.#named.delete(address);
    this.#forget(address);
  }

  /** Who drains an address that is named no more still asks when its last request is over. */
  #forget(address: string): void {
    const upstream = this.#upstreams.get(address);
    if (upstream === undefined || this.#named.has(address)) return;
    if (upstream.inFlight === 0) this.#upstreams.delete(address);
    else void upstream.idle().then(() => this.#forget(address));
  }
}

const entryOf = ({ metadata, endpoints, ports }: EndpointSlice): SliceEntry => {
  const service = metadata.labels?.['kubernetes.io/service-name'] ?? '';
  const numbers = (ports ?? []).map(({ port }) => port).filter((port) => port !== undefined);
  const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  return {
    service: keyOf({ namespace: metadata.namespace ?? 'default', name: service }),
    targets: ready.flatMap((endpoint) => targetsOf(endpoint, numbers)),
  };
};

const targetsOf = ({ addresses, targetRef }: Endpoint, ports: readonly number[]): Target[] => {
  const pod = targetRef?.kind === 'Pod' ? targetRef.uid : undefined;
  return addresses.flatMap((host) => ports.map((port) => ({ address: `${host}:${port}`, pod })));
};
