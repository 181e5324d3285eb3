import type { ProgressEvent } from '../progress/index.ts';
import type { User } from '../auth/index.ts';

/** Whose repository it is. */
export interface RepositoryName {
  readonly namespace: string;
  readonly app: string;
}

/** A commit that was pushed to the branch that is deployed. */
export interface PushedCommit extends RepositoryName {
  readonly commit: string;
  readonly ref: string;
  readonly user: User;
  /** The tree of the commit as a tar stream. */
  readonly tree: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/** What the git server needs of the platform. */
export interface GitPorts {
  /** Stores the tree as the app's source, deploys it, and tells what becomes of it. */
  deploy(commit: PushedCommit): AsyncIterable<ProgressEvent>;
  /** Whether the App is there. */
  exists(name: RepositoryName): Promise<boolean>;
}
