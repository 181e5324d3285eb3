import { createServer } from 'node:net';
import type { Clock, KubeObject, Random } from '@fairlead/kube';

/** Whether a TCP port of this machine can be listened on now. */
export type IsFree = (port: number) => Promise<boolean>;

/** Tries it: nothing else tells what the machine's other programs do. */
export const canBind: IsFree = (port) => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
};

/** Numbers for the ports of pods that share this machine's network. */
export interface Ports {
  /** Finds this many free numbers, to be had by `take`. */
  prepare(count: number): Promise<void>;
  /** A number that no live pod has and no program listens on; undefined when none was prepared. */
  take(): number | undefined;
  /** Keeps the book: which pod has which numbers. */
  follow(key: string, pod: KubeObject, gone: boolean): void;
}

const FIRST = 20_000;
const LAST = 29_999;
/** A number that was found free longer ago may not be any more. */
const FRESH_MILLISECONDS = 10_000;
/** A number that was given out and is in no pod by then belongs to a create that failed. */
const CLAIM_MILLISECONDS = 60_000;

export const createPorts = (given: {
  readonly clock: Clock;
  readonly random: Random;
  readonly isFree?: IsFree;
}): Ports => new PortBook({ isFree: canBind, ...given });

class PortBook implements Ports {
  readonly #clock: Clock;
  readonly #isFree: IsFree;
  readonly #used = new Map<number, string>();
  readonly #byPod = new Map<string, readonly number[]>();
  /** When a number was given out that is in no pod yet. */
  readonly #claimed = new Map<number, number>();
  #found: { readonly port: number; readonly at: number }[] = [];
  #next: number;

  constructor({
    clock,
    random,
    isFree,
  }: {
    readonly clock: Clock;
    readonly random: Random;
    readonly isFree: IsFree;
  }) {
    this.#clock = clock;
    this.#isFree = isFree;
    this.#next = FIRST + Math.floor(random() * (LAST - FIRST + 1));
  }

  async prepare(count: number): Promise<void> {
    this.#found = this.#found.filter(({ at }) => this.#clock.now() - at < FRESH_MILLISECONDS);
    for (let index = 0; index < count; index++) await this.#search();
  }

  take(): number | undefined {
    const port = this.#found.shift()?.port;
    if (port !== undefined) this.#claimed.set(port, this.#clock.now());
    return port;
  }

  follow(key: string, pod: KubeObject, gone: boolean): void {
    for (const port of this.#byPod.get(key) ?? []) if (this.#used.get(port) === key) this.#used.delete(port);
    this.#byPod.delete(key);
    const ports = gone || isOver(pod) ? [] : portsOf(pod);
    for (const port of ports) {
      this.#used.set(port, key);
      this.#claimed.delete(port);
    }
    if (ports.length > 0) this.#byPod.set(key, ports);
  }

  async #search(): Promise<void> {
    for (let tried = FIRST; tried <= LAST; tried++) {
      const port = this.#next;
      this.#next = port === LAST ? FIRST : port + 1;
      if (this.#isKnown(port) || !(await this.#isFree(port))) continue;
      // Another search may have found it while this one was waiting.
      if (this.#isKnown(port)) continue;
      this.#found.push({ port, at: this.#clock.now() });
      return;
    }
  }

  #isKnown(port: number): boolean {
    const claim = this.#claimed.get(port);
    if (claim !== undefined && this.#clock.now() - claim < CLAIM_MILLISECONDS) return true;
    this.#claimed.delete(port);
    return this.#used.has(port) || this.#found.some((one) => one.port === port);
  }
}

interface Pod extends KubeObject {
  readonly spec?: {
    readonly containers?: readonly { readonly ports?: readonly { readonly containerPort: number }[] }[];
  };
  readonly status?: { readonly phase?: string };
}

const isOver = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

const portsOf = ({ spec }: Pod): number[] =>
  (spec?.containers ?? []).flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
