import type { Bound, SandboxUser } from '../sandbox/contract.ts';

/**
 * What a container of an image with a root of its own is made of, for a runtime of the Open Container Initiative. It is
 * written down beside the container, for the node that takes it up.
 */
export interface Bundle {
  /** The image's files; nobody writes to them. */
  readonly tree: string;
  /** The file of the pod's network namespace; absent for a pod in the machine's own network. */
  readonly network?: string | undefined;
  readonly hostname: string;
  readonly user: SandboxUser;
  /** What the pod mounts, in the order of its depth. */
  readonly mounts: readonly Bound[];
  readonly readOnlyRoot: boolean;
  readonly rights: Rights;
  /** The `cgroup.procs` files of its limits. */
  readonly groups: readonly string[];
}

/** What its processes may do beside what everybody may. */
export interface Rights {
  /** `CAP_CHOWN`. */
  readonly capabilities: readonly string[];
  /** Programs that are another user's, or have capabilities, give these. */
  readonly mayGain: boolean;
  /** System calls that reach beyond a container are refused. */
  readonly filtered: boolean;
}

/** A container runtime of the machine. */
export interface Runtime {
  /** Its program. */
  readonly program: string;
  /** Where it notes what runs. */
  readonly state: string;
  /** Why containers get a copy of their image's files, instead of a layer over them. */
  readonly notLayered: string | undefined;
}
