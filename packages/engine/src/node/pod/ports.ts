import { createServer } from 'node:net';
import { BlockedError } from '../blocked.ts';
import { podAddress } from './address.ts';

/** The fixed ports of this machine that pods have: in one network only one can have each. */
export interface Ports {
  /** For a container of a pod that is about to start. Rejects with `BlockedError`, naming who has the port. */
  claim(owner: PortOwner, ports: readonly number[]): Promise<void>;
  /** For a container that was taken up running. */
  keep(owner: PortOwner, ports: readonly number[]): void;
  release(uid: string): void;
  /** Calls back when ports have become free that others may wait for. */
  onFreed(listener: () => void): void;
}

export interface PortOwner {
  readonly uid: string;
  /** `pod default/shop`, for the one who comes too late. */
  readonly title: string;
}

export function openPorts(): Ports {
  const owners = new Map<number, PortOwner>();
  const listeners: (() => void)[] = [];
  return {
    async claim(owner, ports) {
      for (const port of ports) {
        const other = owners.get(port);
        if (other?.uid === owner.uid) continue;
        if (other !== undefined) throw taken(port, other.title);
        owners.set(port, owner); // Before asking the machine: the next one must not ask at the same time.
        if (await isFree(port)) continue;
        owners.delete(port);
        throw taken(port, 'another process of this machine');
      }
    },
    keep(owner, ports) {
      for (const port of ports) owners.set(port, owner);
    },
    release(uid) {
      const freed = [...owners].filter(([, owner]) => owner.uid === uid);
      for (const [port] of freed) owners.delete(port);
      if (freed.length > 0) for (const listener of listeners) listener();
    },
    onFreed(listener) {
      listeners.push(listener);
    },
  };
}

const taken = (port: number, by: string): BlockedError =>
  new BlockedError('PortConflict', `port ${port} is taken by ${by}`);

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: podAddress, exclusive: true }, () => server.close(() => done(true)));
  });
}
