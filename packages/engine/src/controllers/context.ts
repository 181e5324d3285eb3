import type { Cache, Client, Recorder } from '@fairlead/kube';

/** What a pass of a built-in controller works with. */
export interface ControllerContext {
  /** Reads its own writes: what it wrote is in the cache. */
  readonly client: Client;
  readonly cache: Cache;
  readonly recorder: Recorder;
}
