// What the command that runs the platform and the parts under it say to each other.

/** A part serves; the rest is what others must know of it. */
export interface Ready {
  readonly type: 'ready';
  readonly [key: string]: unknown;
}

export interface Failed {
  readonly type: 'failed';
  readonly code?: string | undefined;
  readonly message: string;
}

/** A part has come so far that others can begin; what they must know of it. */
export interface Reached {
  readonly type: 'reached';
  readonly [key: string]: unknown;
}

export type FromPart = Reached | Ready | Failed;

export type ToPart =
  /** Until this has come a part does nothing, and ends with its command: by now it is written down. */
  | { readonly type: 'begin'; readonly options: unknown }
  /** Apps are stopped by the node agent, and only when they are to. */
  | { readonly type: 'stop'; readonly pods: boolean };
