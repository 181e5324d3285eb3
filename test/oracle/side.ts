/** A Kubernetes API that cases are played against: the real one, or the engine. */
export interface Side extends AsyncDisposable {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  /** By the user's name. */
  readonly tokens: ReadonlyMap<string, string>;
  /** Forgets all history. */
  compact(): Promise<void>;
}
