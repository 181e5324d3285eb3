/** What the person who deploys gets to see, in order. The last one is an `end`. */
export type ProgressEvent =
  /** A step of the deploy begins. */
  | { readonly type: 'phase'; readonly text: string }
  /** A line of a build's output. */
  | { readonly type: 'log'; readonly text: string }
  | ProgressEnd;

export interface ProgressEnd {
  readonly type: 'end';
  readonly ok: boolean;
  /** One or more lines: what came of it; when it failed, why and what to do, without the mark before it. */
  readonly text: string;
  /** Whose fault a failure is. */
  readonly fault?: 'user' | 'system';
  /** Number of the release that serves now. */
  readonly release?: number;
  readonly url?: string;
}
