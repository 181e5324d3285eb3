import type { RecorderOptions } from '../apply/recorder.ts';
import type { Recorder } from '../apply/recorder.ts';
import type { Client } from '../client/contract.ts';
import type { Clock, Random } from '../clock.ts';
import type { Controller, ControllerOptions } from '../controller/contract.ts';
import type { Cache } from '../informer/contract.ts';
import type { ObjectName } from '../name.ts';
import type { KubeObject } from '../object.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Transport } from '../transport.ts';

/** Controllers that go together: the same value runs in a test, on the engine and on any cluster. */
export interface Operator {
  /** Who it is for the API: its fields' manager, its events' source, the name of its Lease. */
  readonly name: string;
  /** Starts them. Called again for each term that this process leads. */
  readonly controllers: (parts: OperatorParts) => readonly Controller[];
}

/** What an operator's controllers are made from. */
export interface OperatorParts {
  /** Starts a controller on the operator's cache, counted in its figures. */
  readonly start: <T extends KubeObject>(options: Omit<ControllerOptions<T>, 'cache'>) => Controller;
  readonly client: Client;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly random: Random;
  readonly recorder: Recorder;
}

export interface OperatorOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  /** Figures of the process; those of its controllers are declared among them. */
  readonly metrics: Metrics;
  /** Waits for the leadership of others before it works; without it, it works at once. */
  readonly election?: Election | undefined;
  /** Told of every pass that failed, every event that was lost and every trouble with the Lease. */
  readonly onTrouble?: NonNullable<RecorderOptions['onLost']>;
}

export interface Election {
  readonly lease: ObjectName;
  /** This process and no other. */
  readonly identity: string;
}

/** An operator at work, or waiting for its turn. */
export interface RunningOperator {
  /** Works: elected, and everything that it watches is listed. */
  readonly ready: Promise<void>;
  /** `undefined` when healthy, else why not. */
  health(): string | undefined;
  /** Has got as far as `ready`. */
  readonly isReady: boolean;
  /** Ends the running passes, gives the Lease back. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
