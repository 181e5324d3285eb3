import { type ContainerStatus, findCondition, type Pod } from '@fairlead/kube';
import { instant } from '../time.ts';

/** When a pod's last container ended; without word of that, the best guess. */
export function endOf(pod: Pod): number {
  const { metadata, status } = pod;
  const unready = findCondition(status?.conditions, 'Ready');
  const deleted = instant(metadata.deletionTimestamp);
  return (
    endOfContainers(pod) ??
    (unready?.status === 'False' ? instant(unready.lastTransitionTime) : undefined) ??
    (deleted === undefined ? undefined : deleted - (metadata.deletionGracePeriodSeconds ?? 0) * 1000) ??
    instant(metadata.creationTimestamp) ??
    0
  );
}

/** Sidecars end after the others. */
function endOfContainers({ spec, status }: Pod): number | undefined {
  const sidecars = new Set(
    (spec.initContainers ?? [])
      .filter(({ restartPolicy }) => restartPolicy === 'Always')
      .map(({ name }) => name),
  );
  const watched = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ];
  const ends = watched.map(({ state }: ContainerStatus) => instant(state?.terminated?.finishedAt));
  const known = ends.filter((time) => time !== undefined);
  return known.length === 0 || known.length < ends.length ? undefined : Math.max(...known);
}
