import { type ControllerRevision, controllerRevisions } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';

/** An earlier revision becomes the newest again: it takes the next number instead of being made twice. */
export async function promote(
  revision: ControllerRevision,
  number: number,
  { client }: ControllerContext,
): Promise<ControllerRevision> {
  if (revision.revision === number) return revision;
  const { resourceVersion } = revision.metadata;
  const body = { metadata: { resourceVersion }, revision: number };
  return client.resource(controllerRevisions).patch(revision.metadata, { type: 'merge', body });
}
