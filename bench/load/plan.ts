import type { Target } from './connection.ts';

/** What a load process does, and how often. */
export type Work =
  /** Makes ConfigMaps of about `size` bytes, named by their number from `first` on. */
  | { readonly kind: 'create'; readonly count: number; readonly first: number; readonly size: number }
  /** Makes pods of one container, as a workload's controller makes them. */
  | { readonly kind: 'create-pods'; readonly count: number; readonly first: number }
  /** Reads ConfigMaps of numbers below `among`. */
  | { readonly kind: 'get'; readonly count: number; readonly among: number }
  | { readonly kind: 'list'; readonly count: number }
  | { readonly kind: 'deletecollection'; readonly count: 1 };

export interface Plan {
  readonly target: Target;
  readonly namespace: string;
  readonly clients: number;
  readonly work: Work;
}

export interface Outcome {
  /** Milliseconds of each request. */
  readonly times: readonly number[];
  /** Milliseconds from the first request to the last answer. */
  readonly took: number;
  /** Bytes of the last answer's body. */
  readonly size: number;
  /** CPU milliseconds of the load process itself. */
  readonly ownCpu: number;
}
