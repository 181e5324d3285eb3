import type { Container, Pod } from '@fairlead/kube';
import type { BlockedReason } from '../blocked.ts';
import type { LogKeeper } from '../log/follow.ts';
import type { PodNetwork } from '../network/namespace.ts';
import type { Health } from '../probe/container.ts';
import type { ExecResult, OpenCommand, OpenOrder, RunningContainer } from '../process/contract.ts';
import type { Deadline } from './deadline.ts';
import type { Role } from './decide.ts';
import type { PodVolumes } from '../volume/pod-volumes.ts';
import type { Refusal } from './refuse.ts';

/** Everything that the node knows of one pod. Only its own reconcile and what that starts write to it. */
export interface PodWork {
  readonly uid: string;
  readonly folder: string;
  /** As the API gave it last; kept when the object is gone. */
  pod: Pod;
  /** The object is not in the API any more. */
  gone: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly refusal: Refusal | undefined;
  /** With the sidecars, in the order of the specification. */
  readonly init: readonly ContainerWork[];
  readonly main: readonly ContainerWork[];
  /** As they are added. */
  readonly ephemeral: ContainerWork[];
  /** Set while its processes are being ended, and after. */
  leaving: Leaving | undefined;
  /** What still runs is being ended: the pod stays, and has done its work. */
  finishing: Promise<void> | undefined;
  /** Aborted when the node closes: nothing is waited for any more. */
  readonly closing: AbortSignal;
  /** Aborted when the pod must not start anything any more. */
  readonly starts: AbortController;
  readonly volumes: PodVolumes;
  /** Its own; undefined when it has none yet, or is in the machine's. */
  network: PodNetwork | undefined;
  /** Under way or done: its containers come at the same time. */
  networking: Promise<void> | undefined;
  /** Where it is found; kept when its network is gone. */
  address: string | undefined;
  /** Of the machine, for it. */
  readonly hostAddress: string;
  readonly report: ReportState;
  /** Looks at the pod again, soon. */
  poke(): void;
  /** Looks at the pod again at that time, unless something comes before. */
  wakeAt(time: number | undefined): void;
}

export interface ContainerWork {
  readonly spec: Container;
  readonly role: Role;
  /** The last one that was started; it may have ended. */
  attempt: Attempt | undefined;
  /** The one before. */
  previous: PastAttempt | undefined;
  /** An attempt is being prepared. */
  starting: Promise<void> | undefined;
  /** Why the last preparation failed. */
  blocked: Blocked | undefined;
  /** Its process is being ended. */
  stopping: Promise<void> | undefined;
}

/** What is written before a container is started, so that a later node knows of it. */
export interface AttemptRecord {
  /** The first is 0: it counts the restarts. */
  readonly number: number;
  readonly imageId: string;
  /** How long the node waited before this start; absent for the first start and after long health. */
  readonly pauseMs: number | undefined;
  readonly startedAt: number;
  /** What asks it to end, if its image wants another one than SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
}

export interface Attempt extends AttemptRecord {
  readonly folder: string;
  /** Absent when its command could not be run. */
  readonly running: RunningContainer | undefined;
  readonly log: LogKeeper | undefined;
  readonly health: Health;
  /** Set when it has ended and nothing of it is left. */
  end: AttemptEnd | undefined;
  /** Resolves when `end` is set. */
  readonly settled: Promise<void>;
  /** Runs a command beside the container's own. */
  exec(command: readonly string[], timeoutMs: number): Promise<ExecResult>;
  /** The same for somebody who talks to it. */
  open(order: SessionOrder): Promise<OpenCommand>;
  /** Ends probes and the watch over the process; the process goes on. */
  release(): Promise<void>;
}

export type SessionOrder = Pick<OpenOrder, 'command' | 'stdin' | 'terminal'>;

export interface AttemptEnd {
  readonly code: number;
  readonly endedAt: number;
  readonly reason: string;
  readonly message: string | undefined;
  /** The node or the machine stopped, not the container. */
  readonly excused: boolean;
}

/** An attempt of which only the end and the log are of interest. */
export interface PastAttempt extends AttemptRecord {
  readonly folder: string;
  readonly end: AttemptEnd;
}

export interface Blocked {
  readonly reason: BlockedReason;
  readonly message: string;
  /** In a row. */
  readonly failures: number;
  retryAt: number;
}

export interface Leaving {
  readonly deadline: Deadline;
  /** When it began, in milliseconds since the epoch. */
  readonly since: number;
  /** Nothing of the pod runs any more. */
  ended: boolean;
  /** Nothing of the pod runs and the API was told, as far as it can be. */
  finished: boolean;
}

export interface ReportState {
  sending: Promise<void> | undefined;
  /** The last status that the API took, and the version of the pod that it made of it. */
  sent: { readonly body: string; readonly version: string | undefined } | undefined;
  failures: number;
  retryAt: number;
}

export const containersOf = (work: PodWork): readonly ContainerWork[] => [
  ...work.init,
  ...work.main,
  ...work.ephemeral,
];

export const isRunning = (container: ContainerWork): boolean =>
  container.attempt !== undefined && container.attempt.end === undefined;
