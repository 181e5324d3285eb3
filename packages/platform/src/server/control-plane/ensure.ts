import { createHash } from 'node:crypto';
import { annotations } from '@fairlead/api/names';
import type { KubeObject, Resource } from '@fairlead/kube';

/**
 * Applies an object unless it is there as it should be: an apply costs milliseconds, and a start on a machine where
 * nothing has changed has dozens. The annotation tells whether something was dropped since from what we want.
 */
export const ensureObject = async (resource: Resource<KubeObject>, wanted: KubeObject): Promise<void> => {
  const { metadata } = wanted;
  const applied = createHash('sha256').update(JSON.stringify(wanted)).digest('hex').slice(0, 16);
  const marked = {
    ...wanted,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [annotations.applied]: applied } },
  };
  const live = await resource.find(metadata);
  if (live === undefined || !holds(live, marked)) await resource.apply(marked, { force: true });
};

/** Whether everything that is wanted is so; others may have added to it. */
const holds = (live: unknown, wanted: unknown): boolean => {
  if (typeof wanted !== 'object' || wanted === null) return live === wanted;
  if (typeof live !== 'object' || live === null) return false;
  if (Array.isArray(wanted))
    return (
      Array.isArray(live) &&
      live.length === wanted.length &&
      wanted.every((value, index) => holds(live[index], value))
    );
  return Object.entries(wanted).every(([name, value]) =>
    holds((live as Record<string, unknown>)[name], value),
  );
};
