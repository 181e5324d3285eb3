import type { Cache, Pass, Recorder } from '@fairlead/kube';

/** What a built-in controller is started with. */
export interface StartOptions {
  readonly cache: Cache;
  /** Records events in the name of a component. */
  readonly recorder: (component: string) => Recorder;
  /** Told of each pass's end: the place for logs and metrics. */
  readonly onPass?: ((pass: Pass) => void) | undefined;
}
