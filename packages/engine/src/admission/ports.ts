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
}): Ports => {
  const { clock, random, isFree = canBind } = given;
  const used = new Map<number, string>();
  const byPod = new Map<string, readonly number[]>();
  const claimed = new Map<number, number>();
  let found: { readonly port: number; readonly at: number }[] = [];
  let next = FIRST + Math.floor(random() * (LAST - FIRST + 1));

  const advance = (): number => {
    const port = next;
    next = next === LAST ? FIRST : next + 1;
    return port;
  };
  const isKnown = (port: number): boolean => {
    const claim = claimed.get(port);
    if (claim !== undefined && clock.now() - claim < CLAIM_MILLISECONDS) return true;
    claimed.delete(port);
    return used.has(port) || found.some((one) => one.port === port);
  };
  const search = async (): Promise<void> => {
    for (let tried = FIRST; tried <= LAST; tried++) {
      const port = advance();
      if (isKnown(port) || !(await isFree(port))) continue;
      // Another search may have found it while this one was waiting.
      if (isKnown(port)) continue;
      found.push({ port, at: clock.now() });
      return;
    }
  };
  const release = (key: string): void => {
    for (const port of byPod.get(key) ?? []) if (used.get(port) === key) used.delete(port);
    byPod.delete(key);
  };
  return {
    async prepare(count) {
      found = found.filter(({ at }) => clock.now() - at < FRESH_MILLISECONDS);
      for (let index = 0; index < count; index++) await search();
    },
    take() {
      const port = found.shift()?.port;
      if (port !== undefined) claimed.set(port, clock.now());
      return port;
    },
    follow(key, pod, gone) {
      release(key);
      const ports = gone || isOver(pod) ? [] : portsOf(pod);
      for (const port of ports) {
        used.set(port, key);
        claimed.delete(port);
      }
      if (ports.length > 0) byPod.set(key, ports);
    },
  };
};

interface Pod extends KubeObject {
  readonly spec?: {
    readonly containers?: readonly { readonly ports?: readonly { readonly containerPort: number }[] }[];
  };
  readonly status?: { readonly phase?: string };
}

const isOver = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

const portsOf = ({ spec }: Pod): number[] =>
  (spec?.containers ?? []).flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
