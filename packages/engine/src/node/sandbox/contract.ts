/**
 * What a container's processes live in when the node keeps pods apart: everything that it takes to start one there,
 * or to start another beside it. It is written down beside the container, for the node that takes it up.
 */
export interface Sandbox {
  /** The file of the pod's network namespace; absent for a pod in the machine's own network. */
  readonly network?: string | undefined;
  readonly hostname: string;
  readonly user: SandboxUser;
  readonly mounts: readonly SandboxMount[];
  /** The `cgroup.procs` files of its limits. */
  readonly groups: readonly string[];
}

/** Numbers of the machine. */
export interface SandboxUser {
  readonly uid: number;
  readonly gid: number;
  /** Besides its own. */
  readonly groups: readonly number[];
}

/** What the container sees at a path. */
export type SandboxMount = Bound | Merged | FileSystem;

/** A folder or file of the machine. */
export interface Bound {
  /** Absolute, as the container names it. */
  readonly target: string;
  readonly source: string;
  readonly readOnly?: boolean;
  /** A path below the source that the pod itself may have made: no link in it is followed. */
  readonly below?: string;
  /** Others are mounted below it, and the pod writes to it: no link in it is followed. */
  readonly holdsOthers?: boolean;
}

/** A folder of the container over one of the machine, read-only: what both have is the container's. */
export interface Merged {
  readonly target: string;
  readonly upper: string;
  readonly lower: string;
}

/** A file system of the container's own. */
export interface FileSystem {
  readonly target: string;
  readonly type: 'proc' | 'tmpfs' | 'devpts';
  readonly options: string;
}

export const isBound = (mount: SandboxMount): mount is Bound => 'source' in mount;
export const isMerged = (mount: SandboxMount): mount is Merged => 'lower' in mount;
