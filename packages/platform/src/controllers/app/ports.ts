import type { Source } from '@fairlead/api';

/** Which repository of the registry, and what is meant in it. */
export interface AppRef {
  readonly namespace: string;
  readonly app: string;
}

/** What a build would start from. */
export interface BuildQuestion {
  /** Of the source's artifact. */
  readonly digest: string;
  /** The runtime that somebody chose. */
  readonly runtime: string | undefined;
  /** The app brings its own commands, so the source need not have any. */
  readonly ownCommands: boolean;
  /** A word that is another one when the same is asked again. */
  readonly request: string | undefined;
}

/** What a build of a source would be, before anything is built. */
export interface BuildPlan {
  /** Hash of everything that goes in. */
  readonly key: string;
  readonly runtime: string;
}

/** What the app controller needs of the world outside the API. Errors of the register are the user's. */
export interface AppPorts {
  /** Makes an artifact of inline files; the same files give the same digest. */
  storeFiles(app: AppRef, files: NonNullable<Source['files']>): Promise<{ readonly digest: string }>;
  /** Decides on runtime and key. Throws a `FairleadError` when the source cannot be built. */
  planBuild(app: AppRef, asked: BuildQuestion): Promise<BuildPlan>;
  /** Removes what the app leaves outside the API: its git repository, its images and sources. */
  forget(app: AppRef): Promise<void>;
  /** The address at which a host is reached, with scheme and port. */
  urlOf(host: string): string;
  /** Apps answer at `<app>.<domain>`. */
  readonly domain: string;
}
