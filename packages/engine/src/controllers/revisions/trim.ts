import { type ControllerRevision, controllerRevisions, isNotFound } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import type { Revised } from './revision.ts';

/** The revisions that are older than anybody wants to return to; those in use stay. `revisions` are sorted. */
export function decideTrim(
  { spec }: Revised,
  revisions: readonly ControllerRevision[],
  inUse: ReadonlySet<string>,
): readonly ControllerRevision[] {
  const history = revisions.filter(({ metadata }) => !inUse.has(metadata.name));
  return history.slice(0, Math.max(0, history.length - (spec.revisionHistoryLimit ?? 10)));
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
