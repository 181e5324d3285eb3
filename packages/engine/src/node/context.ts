import type { Client, Clock, EventNote, Pod, Service } from '@fairlead/kube';
import type { Sources } from './environment/sources.ts';
import type { LogLimits } from './log/rotation.ts';
import type { Images } from './image/images.ts';
import type { Ports } from './pod/ports.ts';
import type { ContainerWork } from './pod/work.ts';
import type { VolumeTools } from './volume/pod-volumes.ts';
import type { ContainerDriver } from './process/contract.ts';
import type { Runtime } from './oci/contract.ts';
import type { Isolation } from './sandbox/isolation.ts';

/** Takes a pod's address out of whatever sends requests to it; resolves when none are under way there. */
export type Drain = (
  from: { readonly address: string; readonly uid: string },
  options: { readonly patienceMs: number },
) => Promise<void>;

/** What the work on pods is done with. */
export interface NodeContext {
  readonly client: Client;
  readonly clock: Clock;
  readonly nodeName: string;
  readonly driver: ContainerDriver;
  readonly images: Images;
  readonly sources: Sources;
  readonly volumes: VolumeTools;
  /** All services that there are, once the API has told of them. */
  readonly services: () => Promise<readonly Service[]>;
  /** What pods may use of this machine. */
  readonly allocatable: Readonly<Record<string, string>>;
  readonly ports: Ports;
  /** How much of each container's log is kept. */
  readonly logLimits: LogLimits;
  /** The folder with one folder for each pod. */
  readonly podsFolder: string;
  /** What containers see of the node's own environment. */
  readonly machine: Readonly<Record<string, string>>;
  readonly drain: Drain | undefined;
  /** Keeps pods apart; undefined where they share the machine. */
  readonly isolation: Isolation | undefined;
  /** Runs images with a root of their own; undefined where the machine has none for that. */
  readonly runtime: Runtime | undefined;
  /** Tells people, as an event of the pod or of one of its containers. Does not wait, never throws. */
  note(pod: Pod, note: EventNote, container?: Pick<ContainerWork, 'spec' | 'role'>): void;
  /** Something went wrong that no pod can be blamed for. */
  onError(error: unknown, what: string): void;
}
