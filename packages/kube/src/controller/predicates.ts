import type { Change } from '../informer/contract.ts';
import type { KubeObject } from '../object.ts';

/**
 * For `when`: the object came, went, is to go, or wants something else. A change of its status, labels or
 * annotations alone is none, so a controller does not wake itself by the status that it writes.
 */
export const specChanged = ({ before, after }: Change): boolean =>
  before === undefined ||
  after === undefined ||
  before.metadata.uid !== after.metadata.uid ||
  before.metadata.generation !== after.metadata.generation ||
  before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp;

/** For `when`: one change is worth a pass when any of these finds it so. */
export const anyOf =
  (...predicates: readonly ((change: Change) => boolean)[]) =>
  (change: Change): boolean =>
    predicates.some((predicate) => predicate(change));

/** For `when`: the labels or annotations changed. */
export const metadataChanged = ({ before, after }: Change): boolean =>
  before !== undefined && after !== undefined && named(before) !== named(after);

const named = ({ metadata: { labels, annotations } }: KubeObject): string =>
  JSON.stringify([labels, annotations]);
