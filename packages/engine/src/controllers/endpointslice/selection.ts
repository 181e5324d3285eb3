import { matchesSelector, type Pod, pods, type Service } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { podsByLabel } from './indexes.ts';

/** A Service without a selector has its endpoints from somebody else. */
export const isSelecting = ({ spec }: Service): boolean =>
  spec.type !== 'ExternalName' && Object.keys(spec.selector ?? {}).length > 0;

export function selectedPods(
  { metadata, spec }: Service,
  { cache }: Pick<ControllerContext, 'cache'>,
): readonly Pod[] {
  const matchLabels = spec.selector ?? {};
  const [[key, value] = ['', '']] = Object.entries(matchLabels);
  return cache
    .informer(pods)
    .byIndex(podsByLabel, `${metadata.namespace}/${key}=${value}`)
    .filter((pod) => matchesSelector({ matchLabels }, pod.metadata.labels));
}
