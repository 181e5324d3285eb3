import { runCommand } from './command.ts';
import { allowForwarding, allowLoopback, ensureInterface, findUplink, removeInterface } from './interface.ts';
import { addNamespaces, listNamespaces, type PodNetwork, removeNamespaces } from './namespace.ts';
import { type NetworkNames, networkNames } from './names.ts';
import { nodeAddress, placesInRange, type Range } from './range.ts';

/** The networks of a node's pods. */
export interface Network {
  /** The node's own address for its pods, by which they are also let out. */
  readonly address: string;
  readonly range: Range;
  readonly names: NetworkNames;
  /** Tells what the pods of an earlier node still have; all others are removed. */
  keep(kept: readonly PodNetwork[]): Promise<void>;
  /** Whether it is there. */
  has(network: PodNetwork): boolean;
  /** One that nobody has: made ahead, as making one costs more than starting a process. */
  take(): Promise<PodNetwork>;
  release(network: PodNetwork): Promise<void>;
  /** Waits for what is under way. The pods keep their networks. */
  close(): Promise<void>;
}

export interface NetworkOptions {
  readonly dataFolder: string;
  /** How many are kept ready. */
  readonly ready?: number;
  readonly onError: (error: unknown, what: string) => void;
}

export async function openNetwork({ dataFolder, ready = 3, onError }: NetworkOptions): Promise<Network> {
  const names = networkNames(dataFolder);
  const range = await ensureInterface(names);
  const uplink = await findUplink();
  const ways = [names.node, ...(uplink === undefined ? [] : [uplink])];
  await Promise.all(ways.map(allowForwarding));
  await allowLoopback(names.node);
  return new PodNetworks({ names, range, ready, onError });
}

/** Ends the networks of a node that is gone, with everything that they have put into the machine's own. */
export async function removeNetwork(dataFolder: string): Promise<void> {
  const names = networkNames(dataFolder);
  await removeNamespaces([...(await listNamespaces(names)).keys()]);
  await Promise.allSettled([
    removeInterface(names.node),
    runCommand('nft', ['delete', 'table', 'ip', names.node]),
  ]);
}

class PodNetworks implements Network {
  readonly names: NetworkNames;
  readonly range: Range;
  readonly #wanted: number;
  readonly #onError: NetworkOptions['onError'];
  readonly #used = new Map<string, number>();
  /** Those that pods have. */
  readonly #held = new Set<string>();
  readonly #free: PodNetwork[] = [];
  #next = 1;
  #closed = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(given: Pick<Network, 'names' | 'range'> & Pick<NetworkOptions, 'onError'> & { ready: number }) {
    this.names = given.names;
    this.range = given.range;
    this.#wanted = given.ready;
    this.#onError = given.onError;
  }

  get address(): string {
    return nodeAddress(this.range);
  }

  async keep(kept: readonly PodNetwork[]): Promise<void> {
    const there = await listNamespaces(this.names);
    for (const { name } of kept) {
      const place = there.get(name);
      if (place === undefined) continue;
      this.#used.set(name, place);
      this.#held.add(name);
    }
    this.#next = Math.max(0, ...there.values()) + 1;
    await removeNamespaces([...there.keys()].filter((name) => !this.#used.has(name)));
    this.#refill();
  }

  has({ name }: PodNetwork): boolean {
    return this.#held.has(name);
  }

  async take(): Promise<PodNetwork> {
    const taken = this.#free.shift() ?? (await this.#make());
    this.#held.add(taken.name);
    this.#refill();
    return taken;
  }

  async release({ name }: PodNetwork): Promise<void> {
    if (!this.#held.delete(name)) return;
    await this.#inTurn(async () => {
      await removeNamespaces([name]);
      this.#used.delete(name);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#work;
    await removeNamespaces(this.#free.splice(0).map(({ name }) => name));
  }

  /** Who comes when none is ready is served by the round of all who wait. */
  async #make(): Promise<PodNetwork> {
    const [made] = await this.#inTurn(async () => {
      const ready = this.#free.shift();
      return ready === undefined ? this.#add(1) : [ready];
    });
    if (made === undefined) throw new Error('every address for pods of this node is taken');
    return made;
  }

  #refill(): void {
    const refilled = this.#inTurn(async () => {
      if (this.#closed || this.#free.length >= this.#wanted) return;
      this.#free.push(...(await this.#add(this.#wanted - this.#free.length)));
    });
    refilled.catch((error: unknown) => this.#onError(error, 'the networks of pods'));
  }

  #add(count: number): Promise<PodNetwork[]> {
    const places = Array.from({ length: count }, () => this.#place()).filter((place) => place !== undefined);
    return addNamespaces(this, places);
  }

  /** The one that was free the longest: a late packet for the pod before should find nobody. */
  #place(): number | undefined {
    const used = new Set(this.#used.values());
    for (let step = 0; step < placesInRange; step += 1) {
      const place = 1 + ((this.#next - 1 + step) % placesInRange);
      if (used.has(place)) continue;
      this.#next = place + 1;
      this.#used.set(this.names.pod(place), place);
      return place;
    }
    return undefined;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => {});
    return done;
  }
}
