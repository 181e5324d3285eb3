import { type ControllerRevision, controllerRevisions, isNotFound } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import type { Revised } from './revision.ts';

/** The oldest of too many revisions; those in use stay. `history` is sorted. */
export function decideTrim(
  { spec }: Revised,
  history: readonly ControllerRevision[],
  isInUse: (revision: ControllerRevision) => boolean,
): readonly ControllerRevision[] {
  const surplus = Math.max(0, history.length - (spec.revisionHistoryLimit ?? 10));
  return history.filter((revision) => !isInUse(revision)).slice(0, surplus);
}

export async function removeRevisions(
  revisions: readonly ControllerRevision[],
  { client }: ControllerContext,
): Promise<void> {
  for (const { metadata } of revisions) {
    try {
      await client
        .resource(controllerRevisions)
        .delete(metadata, { preconditions: { uid: metadata.uid ?? '' } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
