import type { Clock } from '@fairlead/kube';
import type { Snapshot, Store } from '../store/contract.ts';
import { badRequest } from './errors.ts';

/** Keeps the snapshots that unfinished lists continue in, for a while. */
export interface Pages {
  keep(snapshot: Snapshot): void;
  /** The state at exactly this revision, when it is the newest or still kept. */
  at(revision: number): Snapshot | undefined;
}

/** etcd compacts after five minutes; clients are used to that. */
const KEPT_MILLISECONDS = 5 * 60_000;
const KEPT_AT_MOST = 128;

export const createPages = (store: Store, clock: Clock): Pages => {
  const kept = new Map<number, { readonly snapshot: Snapshot; readonly until: number }>();
  const forget = (): void => {
    const now = clock.now();
    for (const [revision, { until }] of kept) {
      if (until > now && kept.size <= KEPT_AT_MOST) return;
      kept.delete(revision);
    }
  };
  return {
    keep(snapshot) {
      kept.delete(snapshot.revision);
      kept.set(snapshot.revision, { snapshot, until: clock.now() + KEPT_MILLISECONDS });
      forget();
    },
    at(revision) {
      forget();
      if (revision === store.revision) return store.snapshot();
      return kept.get(revision)?.snapshot;
    },
  };
};

/** Where a list goes on: after which key, in the state of which revision. */
export interface ContinueToken {
  readonly revision: number;
  readonly after: string;
}

/** The form is Kubernetes' own, so that tools that look inside find what they expect. */
export const renderContinue = ({ revision, after }: ContinueToken): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: after })).toString('base64url');

/** A revision of -1 means: whatever is newest (the token that comes with a 410). */
export const parseContinue = (text: string, prefix: string): ContinueToken => {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
    if (token.v !== 'meta.k8s.io/v1' || !Number.isInteger(token.rv) || typeof token.start !== 'string')
      throw invalidToken();
    if (!token.start.startsWith(prefix)) throw invalidToken();
    return { revision: Number(token.rv), after: token.start };
  } catch {
    throw invalidToken();
  }
};

const invalidToken = () =>
  badRequest('continue key is not valid: encoded start key agrees with no prefix of this list');
