import type { Client } from '../client/contract.ts';
import type { Clock, Random } from '../clock.ts';
import type { ObjectName } from '../name.ts';

/** How several processes agree on the one that works (coordination.k8s.io/v1 Lease). Times in milliseconds. */
export interface LeadershipOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  /** The Lease; made when it is not there. */
  readonly lease: ObjectName;
  /** This process and no other, also not the one that had its name before it. */
  readonly identity: string;
  /** Others take over when the holder was not heard of for so long. 15 s, in whole seconds. */
  readonly duration?: number;
  /** A holder that could not renew for so long gives up: well below `duration`. 10 s. */
  readonly renewWithin?: number;
  /** The pause between attempts. 2 s. */
  readonly retry?: number;
  /** Told of trouble with the Lease; the next attempt comes by itself. */
  readonly onTrouble?: (error: unknown) => void;
}

/** A process that holds the Lease or waits for it. */
export interface Leadership {
  /** The term of this process, while it has one. */
  readonly term: Term | undefined;
  /** Resolves with the next term; rejects when closed before. */
  elected(): Promise<Term>;
  /** Gives the Lease back, so that nobody waits for it to run out. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The time during which one process works. */
export interface Term {
  /**
   * The fencing token: greater than that of every term before. Who guards something by it refuses a smaller one than
   * it has seen, for a process that was frozen may think that its term goes on.
   */
  readonly token: number;
  /** Aborted when the term is over. */
  readonly signal: AbortSignal;
}
